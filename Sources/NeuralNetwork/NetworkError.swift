/// What can be wrong with a network, its weights or a tensor file.
public struct NetworkError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// A file that is not what its format promises.
        case damagedFile
        /// A tensor that the architecture needs is not in the file.
        case missingTensor
        /// A tensor that the architecture does not know.
        case extraTensor
        /// A tensor of another shape than the architecture's.
        case shapeMismatch
        /// A tensor that holds an infinity or a NaN.
        case notFinite
        /// An element type that the engine does not read.
        case unsupportedType
        /// A name that is not in the catalogue or graph.
        case unknownName
        /// The work needs more memory than the machine has or the process may use.
        case outOfMemory
        /// The file could not be read or written.
        case inputOutput
    }

    public let code: Code
    public let message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
