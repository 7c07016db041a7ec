import FewShot
public import Imaging
public import NeuralNetwork

/// Everything that a run depends on but its data's content; kept in the run folder as `run.json`.
public struct TrainingConfiguration: Sendable, Codable, Equatable {
    /// Which command made the run.
    public enum Kind: String, Sendable, Codable {
        case metaTraining = "meta-train"
        case pretraining = "pretrain"
        case transfer = "transfer-train"
    }

    /// N-way K-shot with Q queries of each class.
    public struct Task: Sendable, Codable, Equatable {
        public var way, shot, query: Int

        public init(way: Int, shot: Int, query: Int) { (self.way, self.shot, self.query) = (way, shot, query) }
    }

    /// Where pictures come from: folders of class folders, or easyfsl's class lists.
    public struct Data: Sendable, Codable, Equatable {
        public var training: [String]
        /// Classes to choose the best epoch by; they never train. Empty where `split` draws them, or where there are none.
        public var validation: [String] = []
        /// How many classes train, validate and are left for a test, drawn by the seed.
        public var split: [Int]?
        /// The part of every training class's pictures that is kept from training, to measure on; crops of one source go together.
        public var heldImages = 0.0
        /// A file that says which source picture each image was cut from.
        public var sources: String?
        /// Whether pictures that cannot be read are left out.
        public var skipBad = false

        public init(training: [String]) { self.training = training }

        /// - Throws: ``TrainingError`` with `badInput` when the file of sources cannot be used.
        func imageSources() throws(TrainingError) -> ImageSources {
            guard let sources else { return .none }
            do { return try ImageSources(path: sources) } catch { throw TrainingError(error) }
        }
    }

    /// How the rate goes: by epoch, by step, or by the validation.
    public enum Schedule: Sendable, Codable, Equatable {
        case byEpoch(rate: LearningRateSchedule)
        case byStep(rate: LearningRateSchedule)
        /// On the validation's error; needs validation classes.
        case byValidation(plateau: ReduceOnPlateau)
        /// As Keras's SGD and `ReduceLROnPlateau` do together: a base rate that follows the validation loss, divided by
        /// 1 + `decay` · steps done since the run began.
        case byValidationLoss(plateau: LossPlateau, decay: Double)
    }

    /// The settings of stochastic gradient descent.
    public struct Descent: Sendable, Codable, Equatable {
        public var learningRate, momentum, weightDecay: Double
        public var nesterov: Bool

        public init(learningRate: Double, momentum: Double, weightDecay: Double, nesterov: Bool) {
            (self.learningRate, self.momentum) = (learningRate, momentum)
            (self.weightDecay, self.nesterov) = (weightDecay, nesterov)
        }
    }

    /// What each kind of run has of its own.
    public enum Objective: Sendable, Codable, Equatable {
        case episodes(task: Task, head: EpisodeHead)
        case classes(pretraining: Pretraining)
        case transfer(settings: Transfer)
    }

    public var objective: Objective
    public var architecture: String
    /// The side of the square input in pixels.
    public var inputSize: Int
    /// A file to start from; nil starts from random weights.
    public var weights: String?
    public var data: Data
    /// What pictures go through before they train; nil where the objective has an augmentation of its own.
    public var transform: TrainingTransform?
    /// How often the last residual branch is left out in training; earlier ones more seldom.
    public var stochasticDepth = 0.0
    public var epochs: Int
    /// Episodes in an epoch, or batches; a transfer training counts them when it has split its pictures.
    public var steps: Int
    public var descent: Descent
    public var schedule: Schedule
    /// What the validation asks; nil where it is not few-shot.
    public var validation: Task?
    public var validationTasks: Int
    public var seed: UInt64
    /// Sums are cut by the number of threads, so a resumed run takes as many.
    public var threads: Int

    public var kind: Kind {
        switch objective {
        case .episodes: .metaTraining
        case .classes: .pretraining
        case .transfer: .transfer
        }
    }

    public init(
        objective: Objective, architecture: String, inputSize: Int, weights: String?, data: Data,
        transform: TrainingTransform?, epochs: Int, steps: Int, descent: Descent, schedule: Schedule,
        validation: Task?, validationTasks: Int, seed: UInt64, threads: Int
    ) {
        self.objective = objective
        (self.architecture, self.inputSize, self.weights) = (architecture, inputSize, weights)
        (self.data, self.transform, self.epochs, self.steps) = (data, transform, epochs, steps)
        (self.descent, self.schedule) = (descent, schedule)
        (self.validation, self.validationTasks) = (validation, validationTasks)
        (self.seed, self.threads) = (seed, threads)
    }

    var branches: BranchDropping { BranchDropping(rate: stochasticDepth, seed: seed) }

    /// The learning rate of a step.
    /// - Parameter current: the rate that the validation has led to.
    func rate(epoch: Int, step: Int, current: Double) -> Double {
        switch schedule {
        case .byEpoch(let schedule): schedule.rate(base: descent.learningRate, epoch: epoch)
        case .byStep(let schedule): schedule.rate(base: descent.learningRate, epoch: epoch * steps + step)
        case .byValidation: current
        case .byValidationLoss(_, let decay): current / (1 + decay * Double(epoch * steps + step))
        }
    }
}

/// Classical training: a classifier over the training classes, whose features are what is wanted.
public struct Pretraining: Sendable, Codable, Equatable {
    /// What stands on the features while they train.
    public enum Classifier: Sendable, Codable, Equatable {
        /// A dense layer.
        case linear
        /// Cosines times `scale`, the right class's less by `margin` (CosFace).
        case cosine(scale: Double, margin: Double)
    }

    public var classifier: Classifier
    /// Pictures in a step.
    public var batch: Int
    /// ε of the cross-entropy's targets.
    public var labelSmoothing: Double
    /// Of the features, before the classifier.
    public var dropout: Double
    /// How a class's share of an epoch grows with its pictures n: n^balance.
    public var balance: Double

    public init(classifier: Classifier, batch: Int, labelSmoothing: Double, dropout: Double, balance: Double) {
        (self.classifier, self.batch) = (classifier, batch)
        (self.labelSmoothing, self.dropout, self.balance) = (labelSmoothing, dropout, balance)
    }
}
