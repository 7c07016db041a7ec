/// Why pictures could not be made, and what to do.
public struct SampleError: Error, Sendable, Equatable {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// An argument is missing, unknown or out of range.
        case usage
        /// The output folder is not empty.
        case outputNotEmpty
        /// A folder or file cannot be created or written.
        case unwritable
        /// Cairo failed, for example because memory ran out.
        case drawing
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
