public import API

/// Why a call failed: what the daemon answered, or why it could not be asked, which then comes with advice.
public struct ClientError: CodedError, Sendable, Equatable, CustomStringConvertible {
    /// What it is; also decides the exit code of the command line.
    public let code: ErrorCode
    /// What was wrong and what to do, in a sentence.
    public let message: String

    public init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    public init(_ error: APIError) {
        self.init(error.code, error.message)
    }

    public var description: String { message }
}
