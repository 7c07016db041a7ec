import Embedding
import FewShot
import NeuralNetwork

/// Why a training run cannot start or continue.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The data, the starting weights or the settings do not fit.
        case badInput
        /// The run folder is in use or not empty.
        case conflict
        /// There is no run, no checkpoint or no file of weights at the path.
        case notFound
        /// A file of the run cannot be written.
        case storage
        /// The loss, a weight or a feature is no longer a finite number, or a weight is too large for a model file.
        case diverged
        /// The run was asked to stop, and wrote a checkpoint.
        case interrupted
    }

    public let code: Code
    public let message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A run whose numbers are no longer finite, with advice.
    static func diverged(_ what: String, in kind: TrainingConfiguration.Kind) -> TrainingError {
        let other = kind == .transfer ? "" : " or a longer --warm-up"
        return TrainingError(.diverged, "the training diverged: \(what). Try a lower --learning-rate\(other).")
    }

    init(_ error: DataSetError) { self.init(.badInput, error.message) }

    init(_ error: NetworkError) {
        switch error.code {
        case .inputOutput: self.init(.storage, error.message)
        case .outOfMemory:
            self.init(
                .badInput,
                "\(error.message). Use a smaller --batch (in episodes fewer --way, --shot and --query) or a smaller --size, or raise the limit."
            )
        default: self.init(.badInput, error.message)
        }
    }

    init(_ error: ModelError) { self.init(error.code == .inputOutput ? .storage : .badInput, error.message) }
}
