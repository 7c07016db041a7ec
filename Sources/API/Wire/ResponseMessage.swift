public import Foundation

/// The HTTP form of a response.
public struct ResponseMessage: Sendable, Equatable {
    public var status: Int
    public var contentType: String
    public var body: Data
    /// Further headers, such as `Allow`.
    public var headers: [String: String]

    public init(status: Int, contentType: String, body: Data, headers: [String: String] = [:]) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// The response for an error: `{"error":{"code","message"}}` with the status of its code, and `Retry-After` if the same request may
    /// succeed soon.
    public init(error: APIError) {
        self.init(status: error.code.status, contentType: MediaType.json, body: error.json)
        let passes = [ErrorCode.rateLimited, .overloaded].contains(error.code)
        headers["Retry-After"] = (error.retryAfter ?? (passes ? 1 : nil)).map { String($0) }
    }
}

/// The media types that the API uses.
public enum MediaType {
    /// Those of the pictures that the daemon reads. The content of a picture decides its format, whatever a request says.
    public static let pictures = [
        "image/avif", "image/bmp", "image/gif", "image/heic", "image/jpeg", "image/jxl", "image/png", "image/tiff",
        "image/webp",
    ]
    public static let json = "application/json"
    /// Lines of JSON.
    public static let lines = "application/x-ndjson"
    /// Server-sent events.
    public static let events = "text/event-stream"
    public static let octetStream = "application/octet-stream"
    public static let multipart = "multipart/form-data"
    public static let html = "text/html; charset=utf-8"
    public static let script = "text/javascript; charset=utf-8"
    public static let style = "text/css; charset=utf-8"
    public static let svg = "image/svg+xml"
    public static let text = "text/plain; charset=utf-8"
    /// The Prometheus text exposition format.
    public static let metrics = "text/plain; version=0.0.4; charset=utf-8"

    /// The type without its parameters, in lower case: `Image/PNG; x=y` is `image/png`.
    public static func essence(_ header: String) -> String {
        let type = header.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return type.trimmingCharacters(in: .whitespaces).lowercased()
    }
}
