import NeuralNetwork

/// Why a model file cannot be used, or a readout cannot be fitted.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The file is no usable model: it is damaged, has another architecture, or has invalid settings.
        case invalidModel
        /// The architecture is neither given nor named in the file, or it is unknown.
        case unknownArchitecture
        /// The file could not be read or written.
        case inputOutput
        /// Too few pictures, or features without variance.
        case invalidData
    }

    public let code: Code
    public let message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: NetworkError) {
        self.init(error.code == .inputOutput ? .inputOutput : .invalidModel, error.message)
    }
}
