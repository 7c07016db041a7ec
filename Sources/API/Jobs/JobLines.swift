public import Foundation

/// A line that the daemon writes when it starts or resumes a job's work.
public struct JobLaunch: Codable, Sendable, Equatable {
    /// Always `launch`.
    public var event: String
    /// Whether the work goes on where an earlier run of it stopped.
    public var resumed: Bool
    /// When it starts.
    public var time: Date

    public init(resumed: Bool, time: Date) {
        event = Self.event
        self.resumed = resumed
        self.time = time
    }

    public static let event = "launch"
}

/// A line that a training or a comparison writes. Beside `event` it has the members of its kind, which the daemon passes on unchanged.
public struct TrainingLine: Codable, Sendable, Equatable {
    /// What happened.
    public var event: TrainingEventKind
}

/// What a training or a comparison reports.
public enum TrainingEventKind: String, Codable, Sendable, CaseIterable, GrowingEnumeration {
    /// It begins or goes on: `kind`, `epochs`, `steps`, where it continues, and how many classes and pictures it has.
    case start
    /// How many pictures are embedded for the prototypes of a comparison: `done` of `pictures`.
    case prototypes
    /// How many views of pictures have gone through a frozen network: `done` of `views`.
    case features
    /// How far it is: `epoch`, `step`, `loss`, `accuracy`, `seconds_left`.
    case progress
    /// An epoch has ended, with its loss and its accuracy on both sets of pictures.
    case epoch
    /// A run of a comparison has ended: `run`, the `number` of `runs`, its `status`, how good it is on the `test` pictures.
    case run
    /// It has finished: the path of its `model`, `best_epoch`, `validation_accuracy`.
    case finish
}
