public import Foundation

/// The report of a comparison: a page of HTML that holds all that it shows.
public struct ComparisonPage: FileResponse, Equatable {
    public var bytes: Data
    /// Names these bytes, for `If-None-Match`.
    public var tag: String?

    public init(bytes: Data, tag: String? = nil) {
        self.bytes = bytes
        self.tag = tag
    }

    /// What a browser may do with it: show it alone or in the daemon's own page, as a document that has no origin, no cookies and no network.
    /// Its own policy, in its head, allows only the one script that sorts its tables.
    static let policy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"

    public var message: ResponseMessage {
        var message = ResponseMessage(status: 200, contentType: MediaType.html, body: bytes)
        message.headers["ETag"] = tag
        message.headers["Cache-Control"] = "private, no-cache"
        message.headers["Content-Security-Policy"] = Self.policy
        message.headers["Referrer-Policy"] = "no-referrer"
        return message
    }

    public init(_ message: ResponseMessage) { self.init(bytes: message.body, tag: message.headers["ETag"]) }
}
