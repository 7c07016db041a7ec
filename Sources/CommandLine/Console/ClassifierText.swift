import Options

extension Operand {
    static let classifier = Operand("NAME", help: "the classifier")
}

/// Trained classifiers as people read of them.
enum ClassifierText {
    /// The command that asks a classifier.
    static func ask(_ name: String) -> String { "aniwho classify --classifier \(name) IMAGE" }
}
