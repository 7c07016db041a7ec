import Backbones

/// The settings of a face detector's training.
public struct DetectionSettings: Sendable, Codable, Equatable {
    /// The parts of the training pictures that are made in each way. They need not sum to 1.
    public struct Mix: Sendable, Codable, Equatable {
        /// Parts of pictures with boxes.
        public var real = 0.45
        /// Parts of pictures of the kinds that only train.
        public var composites = 0.15
        /// Face crops pasted on pictures without faces.
        public var pasted = 0.2
        /// Pictures without faces.
        public var faceless = 0.2

        public init() {}
    }

    /// Folders of class folders with face crops.
    public var crops: [String] = []
    /// The file of a detector that says where the faces of the crops are; nil if only their centers count.
    public var labeler: String?
    /// Kinds of pictures with boxes, by ``FacePictures/Entry/kind``, that train and never validate.
    public var trainingOnly: [String] = ["comp"]
    /// Pictures in a step.
    public var batch = 16
    /// The stem and so many stages of the trunk keep the weights that they start with.
    public var frozenStages = 2
    /// The weight of the boxes' loss beside the centers'.
    public var boxWeight = 2.0
    /// The long side that pictures are resized to in validation and by the finished detector, in pixels.
    public var longSide = 512
    public var mix = Mix()

    public init() {}
}

extension TrainingConfiguration {
    /// A face detector's training.
    /// - Parameters:
    ///   - weights: a detector, or a model of MobileNetV2 whose first stages it starts with; nil for random weights.
    ///   - data: folders of pictures with `boxes.json`, and folders of pictures without faces.
    ///   - size: the side of the square training pictures, in pixels: a multiple of 32.
    public static func detection(
        weights: String?, data: [String], size: Int = 320, settings: DetectionSettings, epochs: Int, steps: Int,
        descent: SGDSettings, schedule: Schedule, skipBad: Bool = false, seed: UInt64 = 1, threads: Int
    ) -> TrainingConfiguration {
        var pictures = Data(training: data)
        pictures.skipBad = skipBad
        return TrainingConfiguration(
            objective: .detection(settings: settings), architecture: FaceDetectorNetwork.name, inputSize: size,
            weights: weights, data: pictures, transform: nil, epochs: epochs, steps: steps, descent: descent,
            schedule: schedule, validation: nil, validationTasks: 0, seed: seed, threads: threads)
    }
}
