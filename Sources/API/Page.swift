public import Foundation

/// `GET /`: the page. Nobody needs to be logged in: it holds nothing of the registry.
public enum FetchPage: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/"
    public static let responseKind = ResponseKind.text(MediaType.html)

    public typealias Request = EmptyRequest
    public typealias Response = PageFile
}

/// `GET /page/{name}`: a script, the style sheet or an icon of the page.
public enum FetchPageFile: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/page/{name}"
    public static let responseKind = ResponseKind.bytes([MediaType.script, MediaType.style, MediaType.svg])

    public typealias Request = NamedRequest
    public typealias Response = PageFile
}

/// A file of the page.
public struct PageFile: FileResponse, Equatable {
    public var mediaType: String
    public var bytes: Data
    /// Names these bytes, for `If-None-Match`.
    public var tag: String?

    public init(mediaType: String, bytes: Data, tag: String? = nil) {
        self.mediaType = mediaType
        self.bytes = bytes
        self.tag = tag
    }

    /// What the browser may do with the page: load its own files, show pictures, ask its own daemon, and nothing else. No other page may
    /// show it in a frame.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    public var message: ResponseMessage {
        var message = ResponseMessage(status: 200, contentType: mediaType, body: bytes)
        message.headers["ETag"] = tag
        message.headers["Cache-Control"] = "no-cache"
        message.headers["Content-Security-Policy"] = Self.policy
        message.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        message.headers["Referrer-Policy"] = "no-referrer"
        message.headers["X-Frame-Options"] = "DENY"
        return message
    }

    public init(_ message: ResponseMessage) {
        self.init(mediaType: message.contentType, bytes: message.body, tag: message.headers["ETag"])
    }
}
