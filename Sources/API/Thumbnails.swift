public import Foundation

/// A small JPEG of a picture, with its tag for `If-None-Match`.
public struct Thumbnail: FileResponse, Equatable {
    /// The sizes that the daemon makes: the longer side in pixels. A request gets the smallest that is as large as it asks for. A picture
    /// that is smaller keeps its size.
    public static let sizes = [96, 192, 384, 768]

    public var bytes: Data
    /// Names the picture and the size.
    public var tag: String?
    /// Whether its address always leads to it, because it names a version.
    public var isConstant: Bool

    public init(bytes: Data, tag: String? = nil, isConstant: Bool = false) {
        self.bytes = bytes
        self.tag = tag
        self.isConstant = isConstant
    }

    static let mediaType = "image/jpeg"

    public init(_ message: ResponseMessage) {
        self.init(
            bytes: message.body, tag: message.headers["ETag"],
            isConstant: message.headers["Cache-Control"] == Self.constant)
    }

    /// Only the browser itself may keep a thumbnail, and no cache that several users share.
    public var message: ResponseMessage {
        var message = ResponseMessage(status: 200, contentType: Self.mediaType, body: bytes)
        message.headers["ETag"] = tag
        message.headers["Cache-Control"] = isConstant ? Self.constant : "private, no-cache"
        return message
    }

    /// A browser need not ask again for a week.
    private static let constant = "private, max-age=604800, immutable"
}

/// What every request of a thumbnail may say of it: `size` and `version`.
public struct ThumbnailChoice: Sendable, Equatable {
    /// The longer side in pixels, about: the picture has the smallest of ``Thumbnail/sizes`` that is as large.
    public var size: Int
    /// Anything that changes with the picture. The answer to an address with a version may be kept for a week without asking again.
    public var version: String?

    public init(size: Int = Thumbnail.sizes[1], version: String? = nil) {
        self.size = size
        self.version = version
    }

    init(_ message: RequestMessage) throws(APIError) {
        try message.allowQuery(["size", "version"])
        size = try message.integer("size", in: 16...(Thumbnail.sizes.last ?? 0)) ?? Thumbnail.sizes[1]
        version = message.query["version"]
    }

    var query: [String: String] {
        var query = ["size": String(size)]
        query["version"] = version
        return query
    }
}

/// The request of a thumbnail of what a number names: `…/{id}/thumbnail?size=&version=`.
public struct ThumbnailRequest: EndpointRequest, Equatable {
    /// The number of the picture.
    public var id: Int64
    public var choice: ThumbnailChoice

    public init(id: Int64, size: Int = Thumbnail.sizes[1], version: String? = nil) {
        self.id = id
        choice = ThumbnailChoice(size: size, version: version)
    }

    public func message() throws(APIError) -> RequestMessage {
        RequestMessage(parameters: ["id": String(id)], query: choice.query)
    }

    public init(message: RequestMessage) throws(APIError) {
        choice = try ThumbnailChoice(message)
        id = try message.identifier("id")
    }
}

/// `GET /v1/images/{id}/thumbnail?size=&version=`: a small JPEG of an enrolled image.
public enum FetchThumbnail: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/images/{id}/thumbnail"
    public static let responseKind = ResponseKind.bytes([Thumbnail.mediaType])

    public typealias Request = ThumbnailRequest
    public typealias Response = Thumbnail
}

/// `GET /v1/inbox/{id}/thumbnail?size=&version=`: a small JPEG of a picture in the inbox.
public enum FetchInboxThumbnail: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/inbox/{id}/thumbnail"
    public static let responseKind = FetchThumbnail.responseKind

    public typealias Request = ThumbnailRequest
    public typealias Response = Thumbnail
}

/// `GET /v1/characters/{name}/thumbnail?size=&version=`: a small JPEG of a character's first image.
public enum FetchCharacterThumbnail: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/thumbnail"
    public static let responseKind = FetchThumbnail.responseKind

    public struct Request: EndpointRequest, Equatable {
        /// The character's name.
        public var name: String
        public var choice: ThumbnailChoice

        public init(name: String, size: Int = Thumbnail.sizes[1], version: String? = nil) {
            self.name = name
            choice = ThumbnailChoice(size: size, version: version)
        }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], query: choice.query)
        }

        public init(message: RequestMessage) throws(APIError) {
            choice = try ThumbnailChoice(message)
            name = try message.parameter("name")
        }
    }

    public typealias Response = Thumbnail
}
