/// What a run reports while it works. Other programs read the events as JSON, one line each.
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
        /// Where the run continues: 0 and 0 for a new one.
        public let epoch, step: Int
        public let trainingClasses, trainingImages, validationClasses: Int
        /// nil if the run holds out classes instead of pictures.
        public let validationImages, testImages: Int?
        /// The part of a transferred network that trains: `none`, `top:N` or `all`.
        public let fineTune: String?
        /// The picture files that were left out, with the reason for each.
        public let skipped: [String]
    }

    /// Pictures go through a network in inference mode: before the first epoch if the network is frozen and its features are not in the
    /// cache, and after the last epoch to measure a fine-tuned network.
    public struct Features: Sendable, Encodable {
        /// How many views of pictures are through, of `views` in all.
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
        /// The share of the training time that was spent in the network rather than waiting for pictures.
        public let computeShare: Double
        public let seconds: Double
        /// Only from a transfer training.
        public let transfer: TransferSummary?
    }

    private enum CodingKeys: String, CodingKey { case event }

    public func encode(to encoder: any Encoder) throws {
        let (name, value): (String, any Encodable) =
            switch self {
            case .start(let value): ("start", value)
            case .features(let value): ("features", value)
            case .progress(let value): ("progress", value)
            case .epoch(let value): ("epoch", value)
            case .finish(let value): ("finish", value)
            }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .event)
        try value.encode(to: encoder)
    }
}

/// How long rank 0 was busy with the other ranks, in seconds.
public struct RankExchange: Sendable, Codable, Equatable {
    /// Until the slowest rank had its gradients too.
    public internal(set) var secondsAwaiting = 0.0
    /// Summing gradients and running statistics over the ranks.
    public internal(set) var secondsSumming = 0.0
}

/// One epoch of a run: one line of `curve.jsonl`.
public struct EpochRecord: Sendable, Codable, Equatable {
    /// From 1.
    public let epoch: Int
    /// Means over the epoch's steps: the loss in nats, and the share of training pictures that were right.
    public let loss, accuracy: Double
    /// The few-shot accuracy on the validation classes, or a transfer training's on its validation pictures, with the 95 % interval; nil
    /// without validation.
    public let validationAccuracy: Double?
    public let validationInterval: [Double]?
    /// The mean cross-entropy on the validation pictures in nats; nil if the validation is few-shot.
    public let validationLoss: Double?
    /// The classifier's accuracy on held-out pictures of the training classes; nil without any.
    public let heldAccuracy: Double?
    /// Only of a detector, whose validation accuracy is F1: boxes found for each picture without a face, and the score from which boxes count.
    public let falseBoxes, threshold: Double?
    public let learningRate: Double
    /// Training time, without the validation.
    public let seconds: Double
    /// The part of `seconds` that was spent waiting for pictures.
    public let secondsWaiting: Double
    /// What `seconds` has for other ranks; nil for one rank.
    public let exchange: RankExchange?
    /// Whether the epoch is better than all before it.
    public let isBest: Bool
}
