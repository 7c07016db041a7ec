public import Imaging

/// Transfer learning (the paper's section 2.4): a network with weights from elsewhere, dropout and one dense layer to the classes of a
/// fixed cast; pictures are split, not classes.
public struct Transfer: Sendable, Codable, Equatable {
    /// Which part of the network trains beside the dense layer.
    public enum FineTune: Sendable, Equatable {
        /// None: the network only makes features, with its running statistics.
        case none
        /// The last layers, counted as Keras does: every node of the graph but its input is one.
        case top(layers: Int)
        case all
    }

    /// What every class's pictures are split into. The paper's: a tenth to test, 18 % of the rest to validate.
    public struct Split: Sendable, Codable, Equatable {
        /// The part that is left for the test.
        public var test: Double
        /// The part of what the test leaves that the epoch is chosen by.
        public var validation: Double

        /// - Precondition: both lie between 0 and 1.
        public init(test: Double = 0.1, validation: Double = 0.18) {
            precondition((0..<1).contains(test) && (0..<1).contains(validation), "parts lie between 0 and 1")
            (self.test, self.validation) = (test, validation)
        }

        /// The shares of training, validation and test; they sum to 1.
        var shares: [Double] { [(1 - test) * (1 - validation), (1 - test) * validation, test] }
    }

    /// Pictures in a step.
    public var batch = 32
    /// Of the features, before the dense layer.
    public var dropout = 0.2
    public var fineTune = FineTune.none
    /// How many augmented views of every training picture a frozen network makes features of; epoch e takes view e mod V of each, counted
    /// on by the picture's place. 0 takes the pictures as they are. A network that is fine-tuned sees a new view in every epoch.
    public var views = 8
    /// nil for none.
    public var augmentation: KerasAugmentation? = .paper
    /// ε of the cross-entropy's targets.
    public var labelSmoothing = 0.0
    public var split = Split()
    /// The run ends after so many epochs in a row without a lower validation loss.
    public var patience = 6
    /// Whether a classifier's file is taken for its network alone, with a new dense layer.
    public var newHead = false
    /// A folder for features of a frozen network, which runs with the same weights, pictures and seed may share; nil keeps them in the
    /// run's own.
    public var featureCache: String?

    public init() {}
}

extension Transfer.FineTune: Codable, LosslessStringConvertible {
    /// `none`, `top:N` or `all`.
    public var description: String {
        switch self {
        case .none: "none"
        case .top(let layers): "top:\(layers)"
        case .all: "all"
        }
    }

    public init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "all": self = .all
        default:
            guard text.hasPrefix("top:"), let layers = Int(text.dropFirst(4)), layers > 0 else { return nil }
            self = .top(layers: layers)
        }
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not none, top:N or all"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension TrainingConfiguration {
    /// A transfer training, by default the paper's but for the network: 96×96 pixels, 100 epochs at most, SGD of 0.005 with momentum 0.9, a
    /// fifth of the rate after three epochs without a lower validation loss, and a decay a batch of the rate divided by the epochs (5e-5).
    /// - Parameters:
    ///   - weights: a model, a classifier, a checkpoint or plain weights; nil starts from random ones.
    ///   - data: folders of class folders, or class lists.
    ///   - sources: JSON of `"class/file": "source picture"`; crops of one source stand on one side of the split.
    public static func transfer(
        architecture: String, inputSize: Int = 96, weights: String?, data: [String], sources: String? = nil,
        settings: Transfer = Transfer(), epochs: Int = 100, learningRate: Double = 0.005, momentum: Double = 0.9,
        weightDecay: Double = 0, skipBad: Bool = false, seed: UInt64 = 1, threads: Int
    ) -> TrainingConfiguration {
        var pictures = Data(training: data)
        (pictures.sources, pictures.skipBad) = (sources, skipBad)
        return TrainingConfiguration(
            objective: .transfer(settings: settings), architecture: architecture, inputSize: inputSize,
            weights: weights, data: pictures, transform: nil, epochs: epochs, steps: 0,
            descent: .init(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, nesterov: false),
            schedule: .byValidationLoss(plateau: LossPlateau(), decay: learningRate / Double(epochs)), validation: nil,
            validationTasks: 0, seed: seed, threads: threads)
    }
}
