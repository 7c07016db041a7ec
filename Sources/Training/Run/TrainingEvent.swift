/// What a run tells while it goes; as JSON, a line each, it is what other programs read.
public enum TrainingEvent: Sendable, Encodable {
    case start(Start)
    case features(Features)
    case progress(Progress)
    case epoch(EpochRecord)
    case finish(Finish)

    public struct Start: Sendable, Encodable {
        public let kind: TrainingConfiguration.Kind
        public let run: String
        public let epochs, steps: Int
        /// Where the run goes on: 0 and 0 for a new one.
        public let epoch, step: Int
        public let trainingClasses, trainingImages, validationClasses: Int
        /// nil where classes are held out, not pictures.
        public let validationImages, testImages: Int?
        /// What trains of a transferred network: `none`, `top:N` or `all`.
        public let fineTune: String?
        /// Why the picture files were left out that were.
        public let skipped: [String]
    }

    /// Pictures go through a network in inference mode: before the first epoch where it is frozen and its features are not in the cache,
    /// and behind the last to measure one that was fine-tuned.
    public struct Features: Sendable, Encodable {
        /// Views of pictures that have been through the network, of `views` that have to.
        public let done, views: Int
        public let secondsLeft: Double
    }

    public struct Progress: Sendable, Encodable {
        /// From 1.
        public let epoch: Int
        public let epochs: Int
        /// Steps done in this epoch.
        public let step: Int
        public let steps: Int
        /// Means over the epoch so far.
        public let loss, accuracy: Double
        public let learningRate: Double
        public let stepsPerSecond: Double
        public let secondsLeft: Double
    }

    public struct Finish: Sendable, Encodable {
        /// The path of the finished model.
        public let model: String
        public let bestEpoch: Int
        public let validationAccuracy: Double?
        /// The part of the training time that was spent in the network, not waiting for pictures.
        public let computeShare: Double
        public let seconds: Double
        /// Of a transfer training.
        public let transfer: TransferSummary?
    }

    private enum CodingKeys: String, CodingKey { case event }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .start(let value):
            try container.encode("start", forKey: .event)
            try value.encode(to: encoder)
        case .features(let value):
            try container.encode("features", forKey: .event)
            try value.encode(to: encoder)
        case .progress(let value):
            try container.encode("progress", forKey: .event)
            try value.encode(to: encoder)
        case .epoch(let value):
            try container.encode("epoch", forKey: .event)
            try value.encode(to: encoder)
        case .finish(let value):
            try container.encode("finish", forKey: .event)
            try value.encode(to: encoder)
        }
    }
}

/// One epoch of a run, a line of its curve.
public struct EpochRecord: Sendable, Codable, Equatable {
    /// From 1.
    public let epoch: Int
    /// Means over the epoch's steps: of the loss in nats, and of the share of pictures told rightly in training.
    public let loss, accuracy: Double
    /// Few-shot accuracy on the validation classes, or a transfer training's on its validation pictures, with its 95 % interval; nil
    /// without any.
    public let validationAccuracy: Double?
    public let validationInterval: [Double]?
    /// Mean cross-entropy on the validation pictures in nats; nil where the validation is few-shot.
    public let validationLoss: Double?
    /// The classifier's accuracy on pictures of the training classes that do not train; nil without any.
    public let heldAccuracy: Double?
    public let learningRate: Double
    /// Of training, without the validation.
    public let seconds: Double
    /// Of `seconds`, those spent waiting for pictures.
    public let secondsWaiting: Double
    /// Whether no epoch before was better.
    public let isBest: Bool
}
