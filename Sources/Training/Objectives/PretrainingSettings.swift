/// The settings of classical training: a classifier over the training classes, of which only the features are used later.
public struct PretrainingSettings: Sendable, Codable, Equatable {
    /// The layer on the features.
    public enum Classifier: Sendable, Codable, Equatable {
        /// A dense layer.
        case linear
        /// Cosines times `scale`; `margin` is subtracted from the right class's cosine (CosFace).
        case cosine(scale: Double, margin: Double)
    }

    /// A trained model whose embeddings are targets beside the classes; nil for none.
    public struct Teacher: Sendable, Codable, Equatable {
        /// The model's file.
        public var path: String
        /// The SHA-256 of the file; nil before the run has begun.
        public var identity: String?
        /// What its loss is multiplied by, before it is added to the classifier's.
        public var weight: Double

        public init(path: String, weight: Double) { (self.path, self.weight) = (path, weight) }
    }

    public var classifier: Classifier
    /// Pictures in a step.
    public var batch: Int
    /// ε of the cross-entropy's targets.
    public var labelSmoothing: Double
    /// The dropout rate of the features.
    public var dropout: Double
    public var teacher: Teacher?
    /// A class with n pictures gets a share of the epoch in proportion to n^balance.
    public var balance: Double

    public init(classifier: Classifier, batch: Int, labelSmoothing: Double, dropout: Double, balance: Double) {
        (self.classifier, self.batch) = (classifier, batch)
        (self.labelSmoothing, self.dropout, self.balance) = (labelSmoothing, dropout, balance)
    }
}
