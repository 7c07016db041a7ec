public import Statistics

/// What a finished transfer training says of itself; kept in its run folder as `result.json`, and what comparisons read.
public struct TransferResult: Sendable, Codable, Equatable {
    /// How well one part of the data is told.
    public struct Score: Sendable, Codable, Equatable {
        public let images: Int
        /// Mean cross-entropy in nats.
        public let loss: Double
        public let top1: Estimate
        public let top5: Estimate
    }

    /// Median milliseconds of the network and its dense layer, for one batch of pictures that lie in memory.
    public struct Inference: Sendable, Codable, Equatable {
        public let batch1, batch32: Double
        public let threads: Int
    }

    /// One test picture, as the classifier told it.
    public struct Prediction: Sendable, Codable, Equatable {
        public let path: String
        /// The right class: its place in `classes`.
        public let label: Int
        /// The five likeliest classes' places, best first.
        public let candidates: [Int]
        /// Their calibrated probabilities.
        public let probabilities: [Double]
        /// The right class's.
        public let labelProbability: Double
    }

    public let architecture: String
    public let inputSize: Int
    /// Where the weights came from: the file's name and its notes, or `random`.
    public let start: String
    /// `none`, `top:N` or `all`.
    public let fineTune: String
    public let batch: Int
    public let dropout: Double
    public let seed: UInt64
    /// Epochs that were trained, and the one whose weights are kept.
    public let epochs, bestEpoch: Int
    public let stoppedEarly: Bool
    public let classes: [String]
    /// As Keras counts: moving statistics and the dense layer with them.
    public let parameters: Int
    public let trainableParameters: Int
    public let training, validation, test: Score
    public let inference: Inference
    /// Of the calibrated softmax, and of unknown; see `TrainedClassifier`.
    public let temperature: Double
    public let radius: Double?
    /// |confidence − accuracy| on the test part, weighted over ten bins, after calibration.
    public let calibrationError: Double
    /// Of training.
    public let seconds: Double
    public let history: [TransferEpoch]
    public let predictions: [Prediction]
}

/// One epoch of transfer training, a line of its curve.
public struct TransferEpoch: Sendable, Codable, Equatable {
    /// From 1.
    public let epoch: Int
    /// Over the epoch's augmented batches.
    public let loss, accuracy: Double
    public let validationLoss, validationAccuracy: Double
    public let learningRate: Double
    public let seconds: Double
}

/// The numbers of a ``TransferResult``, as the last event tells them.
public struct TransferSummary: Sendable, Encodable {
    /// The path of the whole result.
    public let result: String
    /// `none`, `top:N` or `all`.
    public let fineTune: String
    public let training, validation, test: TransferResult.Score
    public let inference: TransferResult.Inference
    public let parameters, trainableParameters: Int
    public let epochs: Int
    public let stoppedEarly: Bool
}

extension TransferResult {
    /// The result that a finished transfer training left in its run folder.
    /// - Throws: ``TrainingError``: `notFound` where there is none yet, `badInput` when it is damaged.
    public init(run path: String) throws(TrainingError) {
        self = try LockedFolder.read(Self.self, path: "\(path)/\(RunFolder.File.result.rawValue)")
    }
}
