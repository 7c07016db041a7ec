/// Why pictures could not be made: what was wrong and what to do about it.
public struct SampleError: Error, Sendable, Equatable {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// An argument is missing, unknown or outside its bounds.
        case usage
        /// The output holds something already.
        case outputNotEmpty
        /// A folder or file cannot be made or written.
        case unwritable
        /// Cairo failed, as when memory runs out.
        case drawing
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
