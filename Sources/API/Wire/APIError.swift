public import Foundation

/// The error every module above the registry speaks: a code from the one table, and a sentence for people that says what
/// was wrong and what to do.
public struct APIError: Error, Sendable, Equatable, CustomStringConvertible {
    public let code: ErrorCode
    public let message: String

    public init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// `{"error":{"code","message"}}`
    public var json: Data {
        // A dictionary of two strings always encodes; the literal stands for a failure that cannot be.
        (try? JSON.encode(["error": ["code": code.rawValue, "message": message]])) ?? Data(#"{"error":{}}"#.utf8)
    }

    /// Reads an error answer. An answer without a readable error, or with a code from a newer daemon, keeps its meaning by status.
    public init(response: ResponseMessage) {
        let body = try? JSON.decode([String: [String: String]].self, from: response.body)
        let error = body?["error"]
        let code = error?["code"].flatMap(ErrorCode.init(rawValue:)) ?? ErrorCode(status: response.status)
        self.init(code, error?["message"] ?? "the daemon answered with status \(response.status)")
    }
}
