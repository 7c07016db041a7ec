public import Imaging
import NeuralNetwork

/// The settings of transfer learning (the paper's section 2.4): a network with weights from elsewhere, dropout, and one dense layer to the
/// classes of a fixed cast. Each class's pictures are split.
public struct TransferSettings: Sendable, Codable, Equatable {
    /// How each class's pictures are split. The paper's split: a tenth to test, 18 % of the rest to validate.
    public struct Split: Sendable, Codable, Equatable {
        /// The share of the test pictures.
        public var test: Double
        /// The share of the validation pictures among those that do not test.
        public var validation: Double

        /// - Precondition: both are at least 0 and below 1.
        public init(test: Double = 0.1, validation: Double = 0.18) {
            precondition((0..<1).contains(test) && (0..<1).contains(validation), "parts lie between 0 and 1")
            (self.test, self.validation) = (test, validation)
        }

        /// The shares of training, validation and test; they sum to 1.
        var shares: [Double] { [(1 - test) * (1 - validation), (1 - test) * validation, test] }
    }

    /// Pictures in a step.
    public var batch = 32
    /// The dropout rate of the features.
    public var dropout = 0.2
    public var fineTune = FineTuning.none
    /// The number V of augmented views of each training picture that a frozen network computes features of. Picture i shows view
    /// (e + i) mod V in epoch e. 0 trains on the pictures without augmentation. A fine-tuned network sees a new view in every epoch.
    public var views = 8
    /// nil for none.
    public var augmentation: KerasAugmentation? = .paper
    /// ε of the cross-entropy's targets.
    public var labelSmoothing = 0.0
    public var split = Split()
    /// The run ends after this many epochs in a row without a lower validation loss.
    public var patience = 6
    /// Whether to take only the network from a classifier's file, with a new dense layer.
    public var newHead = false
    /// The folder for the features of a frozen network. Runs with the same weights, pictures and seed can share it. nil keeps them in the
    /// run's folder.
    public var featureCache: String?

    public init() {}
}

extension TrainingConfiguration {
    /// A transfer training. The defaults are the paper's: 96×96 pixels, at most 100 epochs, SGD at 0.005 with momentum 0.9, a fifth of the
    /// rate after three epochs without a lower validation loss, and a decay in every batch of rate / epochs (5e-5).
    /// - Parameters:
    ///   - weights: a model, a classifier, a checkpoint or plain weights; nil starts from random weights.
    ///   - data: folders of class folders, or class lists.
    ///   - sources: a file of JSON, `"class/file": "source picture"`. Crops of one source stay in one part of the split.
    public static func transfer(
        architecture: String, inputSize: Int = 96, weights: String?, data: [String], sources: String? = nil,
        settings: TransferSettings = TransferSettings(), epochs: Int = 100, learningRate: Double = 0.005,
        momentum: Double = 0.9,
        weightDecay: Double = 0, skipBad: Bool = false, seed: UInt64 = 1, threads: Int
    ) -> TrainingConfiguration {
        var pictures = Data(training: data)
        (pictures.sources, pictures.skipBad) = (sources, skipBad)
        return TrainingConfiguration(
            objective: .transfer(settings: settings), architecture: architecture, inputSize: inputSize,
            weights: weights, data: pictures, transform: nil, epochs: epochs, steps: 0,
            descent: .init(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, nesterov: false),
            schedule: .byValidationLoss(plateau: ReduceOnPlateau.keras(), decay: learningRate / Double(epochs)),
            validation: nil,
            validationTasks: 0, seed: seed, threads: threads)
    }
}
