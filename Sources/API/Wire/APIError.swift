public import Foundation

/// An error with a place in the table of codes, which gives it an HTTP status and an exit code.
public protocol CodedError: Error {
    var code: ErrorCode { get }
    /// What was wrong and what to do, for people.
    var message: String { get }
}

/// An error as the daemon answers it.
public struct APIError: CodedError, Sendable, Equatable, CustomStringConvertible {
    public let code: ErrorCode
    public let message: String
    /// The number of seconds after which to try again, for the header `Retry-After`; nil for the standard of the code.
    public let retryAfter: Int?

    public init(_ code: ErrorCode, _ message: String, retryAfter: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    public var description: String { message }

    /// `{"error":{"code","message"}}`
    public var json: Data {
        // A dictionary of strings always encodes, so the literal is never used.
        (try? JSON.encode(["error": ["code": code.rawValue, "message": message]])) ?? Data(#"{"error":{}}"#.utf8)
    }

    /// Reads an error answer. If the answer holds no readable error, or a code of a newer daemon, the HTTP status gives the code.
    public init(response: ResponseMessage) {
        let body = try? JSON.decode([String: [String: String]].self, from: response.body)
        let error = body?["error"]
        let code = error?["code"].flatMap(ErrorCode.init(rawValue:)) ?? ErrorCode(status: response.status)
        self.init(code, error?["message"] ?? "the daemon answered with status \(response.status)")
    }
}
