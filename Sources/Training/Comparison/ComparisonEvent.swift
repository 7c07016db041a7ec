/// What a comparison reports while it works. Other programs read the events as JSON, one line each.
public enum ComparisonEvent: Sendable, Encodable {
    case start(Start)
    /// How many pictures are embedded for prototypes.
    case prototypes(done: Int, pictures: Int)
    /// A run's `features`, `progress` and `epoch` events.
    case training(Place, TrainingEvent)
    case run(Place, ComparisonResults.Run)
    case finish(Finish)

    public struct Start: Sendable, Encodable {
        public let folder: String
        public let runs, finished: Int
        /// The picture files that were left out, with the reason for each.
        public let skipped: [String]
    }

    /// The number of a run, from 1, and the number of all runs.
    public struct Place: Sendable, Encodable {
        public let run: String
        public let number, runs: Int
    }

    public struct Finish: Sendable, Encodable {
        public let folder: String
        public let finished, failed: Int
    }

    private enum CodingKeys: String, CodingKey { case event, done, pictures, status, message, test }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .start(let value):
            try container.encode("start", forKey: .event)
            try value.encode(to: encoder)
        case .prototypes(let done, let pictures):
            try container.encode("prototypes", forKey: .event)
            try container.encode(done, forKey: .done)
            try container.encode(pictures, forKey: .pictures)
        case .training(let place, let event):
            try event.encode(to: encoder)
            try place.encode(to: encoder)
        case .run(let place, let run):
            try container.encode("run", forKey: .event)
            try place.encode(to: encoder)
            try container.encode(run.status, forKey: .status)
            try container.encodeIfPresent(run.message, forKey: .message)
            try container.encodeIfPresent(run.result?.test, forKey: .test)
        case .finish(let value):
            try container.encode("finish", forKey: .event)
            try value.encode(to: encoder)
        }
    }
}
