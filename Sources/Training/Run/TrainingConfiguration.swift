import FewShot
public import Imaging
public import NeuralNetwork

/// All settings of a run: with the content of its data, the run depends on nothing else. The run folder keeps them as `run.json`.
public struct TrainingConfiguration: Sendable, Codable, Equatable {
    /// The command that makes such runs.
    public enum Kind: String, Sendable, Codable {
        case metaTraining = "meta-train"
        case pretraining = "pretrain"
        case transfer = "transfer-train"
        case detection = "train-detector"
    }

    /// N-way K-shot with Q queries of each class.
    public struct Task: Sendable, Codable, Equatable {
        public var way, shot, query: Int

        public init(way: Int, shot: Int, query: Int) { (self.way, self.shot, self.query) = (way, shot, query) }
    }

    /// Where the pictures come from: folders of class folders, or easyfsl's class lists.
    public struct Data: Sendable, Codable, Equatable {
        public var training: [String]
        /// Classes that choose the best epoch and never train. Empty if `split` draws them or there are none.
        public var validation: [String] = []
        /// The numbers of training, validation and test classes, which the seed draws.
        public var split: [Int]?
        /// The share of every training class's pictures that is held out to measure on. Crops of one source picture stay together.
        public var heldImages = 0.0
        /// A file with the source picture of each crop.
        public var sources: String?
        /// Whether to leave out pictures that cannot be read.
        public var skipBad = false

        public init(training: [String]) { self.training = training }

        /// - Throws: ``TrainingError`` with `badInput` if the file of sources cannot be used.
        func imageSources() throws(TrainingError) -> ImageSources {
            guard let sources else { return .none }
            do { return try ImageSources(path: sources) } catch { throw TrainingError(error) }
        }
    }

    /// What the learning rate follows: the epoch, the step, or the validation.
    public enum Schedule: Sendable, Codable, Equatable {
        case byEpoch(rate: LearningRateSchedule)
        case byStep(rate: LearningRateSchedule)
        /// The few-shot error on the validation classes, which there must be.
        case byValidation(plateau: ReduceOnPlateau)
        /// As in Keras: the validation loss sets the base rate, and the rate of a step is the base rate divided by
        /// 1 + `decay` · (steps since the run began).
        case byValidationLoss(plateau: ReduceOnPlateau, decay: Double)
    }

    /// The settings of stochastic gradient descent.
    public struct SGDSettings: Sendable, Codable, Equatable {
        public var learningRate, momentum, weightDecay: Double
        public var nesterov: Bool

        public init(learningRate: Double, momentum: Double, weightDecay: Double, nesterov: Bool) {
            (self.learningRate, self.momentum) = (learningRate, momentum)
            (self.weightDecay, self.nesterov) = (weightDecay, nesterov)
        }
    }

    /// The settings that only one kind of run has.
    public enum Objective: Sendable, Codable, Equatable {
        case episodes(task: Task, head: EpisodeHead)
        case classes(pretraining: PretrainingSettings)
        case transfer(settings: TransferSettings)
        case detection(settings: DetectionSettings)
    }

    public var objective: Objective
    public var architecture: String
    /// The side of the square input in pixels.
    public var inputSize: Int
    /// The file of the starting weights; nil for random ones.
    public var weights: String?
    public var data: Data
    /// The augmentation; nil if the objective has its own.
    public var transform: TrainingTransform?
    /// The probability that training leaves out the last residual branch; earlier branches are left out less often.
    public var stochasticDepth = 0.0
    public var epochs: Int
    /// Steps in an epoch. In each, every rank takes an episode or a batch. A transfer training computes the number from its pictures.
    public var steps: Int
    public var descent: SGDSettings
    public var schedule: Schedule
    /// The few-shot task of the validation; nil if the validation is not few-shot.
    public var validation: Task?
    public var validationTasks: Int
    public var seed: UInt64
    /// The order of sums depends on the number of threads, so a resumed run uses the same one.
    public var threads: Int
    /// How many ranks train together; nil for one. They decide what a step sees, so a resumed run has as many.
    public var ranks: Int?

    public var kind: Kind {
        switch objective {
        case .episodes: .metaTraining
        case .classes: .pretraining
        case .transfer: .transfer
        case .detection: .detection
        }
    }

    public init(
        objective: Objective, architecture: String, inputSize: Int, weights: String?, data: Data,
        transform: TrainingTransform?, epochs: Int, steps: Int, descent: SGDSettings, schedule: Schedule,
        validation: Task?, validationTasks: Int, seed: UInt64, threads: Int
    ) {
        self.objective = objective
        (self.architecture, self.inputSize, self.weights) = (architecture, inputSize, weights)
        (self.data, self.transform, self.epochs, self.steps) = (data, transform, epochs, steps)
        (self.descent, self.schedule) = (descent, schedule)
        (self.validation, self.validationTasks) = (validation, validationTasks)
        (self.seed, self.threads) = (seed, threads)
    }

    /// How many pictures go through the network in a step.
    var imagesInStep: Int {
        switch objective {
        case .episodes(let task, _): task.way * (task.shot + task.query)
        case .classes(let pretraining): pretraining.batch
        case .transfer(let settings): settings.batch
        case .detection(let settings): settings.batch
        }
    }

    /// The SHA-256 of the teacher's file; nil without a teacher.
    var teacherIdentity: String? {
        get {
            guard case .classes(let settings) = objective else { return nil }
            return settings.teacher?.identity
        }
        set {
            guard case .classes(var settings) = objective else { return }
            settings.teacher?.identity = newValue
            objective = .classes(pretraining: settings)
        }
    }

    var branches: BranchDropping { BranchDropping(rate: stochasticDepth, seed: seed) }

    /// The learning rate of a step.
    /// - Parameter current: the base rate that the validation has set.
    func rate(epoch: Int, step: Int, current: Double) -> Double {
        switch schedule {
        case .byEpoch(let schedule): schedule.rate(base: descent.learningRate, epoch: epoch)
        case .byStep(let schedule): schedule.rate(base: descent.learningRate, epoch: epoch * steps + step)
        case .byValidation: current
        case .byValidationLoss(_, let decay): current / (1 + decay * Double(epoch * steps + step))
        }
    }
}
