public import Statistics

/// The result of a finished transfer training. The run folder keeps it as `result.json`, and comparisons read it there.
public struct TransferResult: Sendable, Codable, Equatable {
    /// How well the classifier does on one part of the data.
    public struct Score: Sendable, Codable, Equatable {
        public let images: Int
        /// Mean cross-entropy in nats.
        public let loss: Double
        /// The shares of pictures whose right class is first, or among the first five, with Wilson's 95 % intervals.
        public let top1, top5: Estimate
    }

    /// The median time in milliseconds that the network and its dense layer take for a batch of pictures in memory.
    public struct Inference: Sendable, Codable, Equatable {
        public let batch1, batch32: Double
        public let threads: Int
    }

    /// The classifier's answer to one test picture.
    public struct Prediction: Sendable, Codable, Equatable {
        public let path: String
        /// The index of the right class in `classes`.
        public let label: Int
        /// The indices of the five most probable classes, best first.
        public let candidates: [Int]
        /// Their calibrated probabilities.
        public let probabilities: [Double]
        /// The right class's probability.
        public let labelProbability: Double
    }

    public let architecture: String
    public let inputSize: Int
    /// The origin of the starting weights: the file's name and its notes, or `random`.
    public let start: String
    /// `none`, `top:N` or `all`.
    public let fineTune: String
    public let batch: Int
    public let dropout: Double
    public let seed: UInt64
    /// The number of epochs trained, and the epoch whose weights are kept.
    public let epochs, bestEpoch: Int
    public let stoppedEarly: Bool
    public let classes: [String]
    /// As Keras counts: including moving statistics and the dense layer.
    public let parameters: Int
    public let trainableParameters: Int
    public let training, validation, test: Score
    public let inference: Inference
    /// The softmax's temperature, and the radius beyond which a picture is unknown: see `TrainedClassifier`.
    public let temperature: Double
    public let radius: Double?
    /// The mean of |confidence − accuracy| over ten bins on the test pictures, weighted by their pictures, after calibration.
    public let calibrationError: Double
    /// The training time.
    public let seconds: Double
    public let history: [TransferEpoch]
    public let predictions: [Prediction]
}

/// One epoch of a transfer training.
public struct TransferEpoch: Sendable, Codable, Equatable {
    /// From 1.
    public let epoch: Int
    /// Means over the epoch's augmented batches.
    public let loss, accuracy: Double
    public let validationLoss, validationAccuracy: Double
    public let learningRate: Double
    public let seconds: Double
}

/// The main numbers of a ``TransferResult``, for a run's last event.
public struct TransferSummary: Sendable, Encodable {
    /// The path of the complete result.
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
    /// Reads the result of a finished transfer training from its run folder.
    /// - Throws: ``TrainingError``: `notFound` if there is none yet, `badInput` if it is damaged.
    public init(run path: String) throws(TrainingError) {
        self = try RunFolder.read(Self.self, from: .result, in: path)
    }
}
