public import Foundation

/// `GET /`: the page. Nobody needs to be logged in: it holds nothing of the registry.
public enum FetchPage: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/"
    public static let responseKind = ResponseKind.text(MediaType.html)

    public typealias Request = EmptyRequest
    public typealias Response = PageFile
}

/// `GET /page/{version}/{name}`: a script, a style sheet or the icon of the page.
///
/// The page names its files with their version, so a browser keeps them and asks again only after an upgrade.
public enum FetchPageFile: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/page/{version}/{name}"
    public static let responseKind = ResponseKind.bytes([MediaType.script, MediaType.style, MediaType.svg])

    public struct Request: EndpointRequest, Equatable {
        /// The version of the page's files. With another version the answer is the present file, for a page that was opened before an upgrade.
        public var version: String
        /// The file's name.
        public var name: String

        public init(version: String, name: String) { (self.version, self.name) = (version, name) }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["version": version, "name": name])
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            version = try message.parameter("version")
            name = try message.parameter("name")
        }
    }

    public typealias Response = PageFile
}

/// A file of the page.
public struct PageFile: FileResponse, Equatable {
    public var mediaType: String
    public var bytes: Data
    /// Names these bytes, for `If-None-Match`.
    public var tag: String?
    /// Whether the address always has these bytes, so that nobody needs to ask again.
    public var isConstant: Bool

    public init(mediaType: String, bytes: Data, tag: String? = nil, isConstant: Bool = false) {
        self.mediaType = mediaType
        self.bytes = bytes
        self.tag = tag
        self.isConstant = isConstant
    }

    /// What the browser may do with the page: load its own files, show pictures and reports, ask its own daemon, and nothing else. No other page may
    /// show it in a frame.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        + "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    public var message: ResponseMessage {
        var message = ResponseMessage(status: 200, contentType: mediaType, body: bytes)
        message.headers["ETag"] = tag
        message.headers["Cache-Control"] = isConstant ? Self.constant : "no-cache"
        message.headers["Content-Security-Policy"] = Self.policy
        message.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        message.headers["Referrer-Policy"] = "no-referrer"
        message.headers["X-Frame-Options"] = "DENY"
        return message
    }

    public init(_ message: ResponseMessage) {
        self.init(
            mediaType: message.contentType, bytes: message.body, tag: message.headers["ETag"],
            isConstant: message.headers["Cache-Control"] == Self.constant)
    }

    /// A year is the longest time that HTTP suggests (RFC 2616, section 14.21).
    private static let constant = "max-age=31536000, immutable"
}
