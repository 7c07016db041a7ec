public import Foundation

/// A small JPEG of a picture, with its tag for `If-None-Match`.
public struct Thumbnail: FileResponse, Equatable {
    /// The sizes that the daemon makes: the longer side in pixels. A request gets the smallest that is as large as it asks for. A picture
    /// that is smaller keeps its size.
    public static let sizes = [96, 192, 384, 768]

    public var bytes: Data
    /// Names the picture and the size.
    public var tag: String?

    public init(bytes: Data, tag: String? = nil) {
        self.bytes = bytes
        self.tag = tag
    }

    static let mediaType = "image/jpeg"

    public init(_ message: ResponseMessage) { self.init(bytes: message.body, tag: message.headers["ETag"]) }

    /// The same path always leads to the same picture, so that a browser need not ask again. Only the browser itself may keep it, and no cache
    /// that several users share.
    public var message: ResponseMessage { message(keep: "private, max-age=604800, immutable") }

    fileprivate func message(keep: String) -> ResponseMessage {
        var message = ResponseMessage(status: 200, contentType: Self.mediaType, body: bytes)
        message.headers["ETag"] = tag
        message.headers["Cache-Control"] = keep
        return message
    }

    /// The value of the query's `size`; the second smallest without one.
    fileprivate static func size(in message: RequestMessage) throws(APIError) -> Int {
        try message.allowQuery(["size"])
        return try message.integer("size", in: 16...(sizes.last ?? 0)) ?? sizes[1]
    }
}

/// The request of a thumbnail of what a number names: `…/{id}/thumbnail?size=`.
public struct ThumbnailRequest: EndpointRequest, Equatable {
    /// The number of the picture.
    public var id: Int64
    /// The longer side in pixels, about: the picture has the smallest of a few sizes that is as large.
    public var size: Int

    public init(id: Int64, size: Int) { (self.id, self.size) = (id, size) }

    public func message() throws(APIError) -> RequestMessage {
        RequestMessage(parameters: ["id": String(id)], query: ["size": String(size)])
    }

    public init(message: RequestMessage) throws(APIError) {
        size = try Thumbnail.size(in: message)
        id = try message.identifier("id")
    }
}

/// `GET /v1/images/{id}/thumbnail?size=`: a small JPEG of an enrolled image.
public enum FetchThumbnail: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/images/{id}/thumbnail"
    public static let responseKind = ResponseKind.bytes([Thumbnail.mediaType])

    public typealias Request = ThumbnailRequest
    public typealias Response = Thumbnail
}

/// `GET /v1/inbox/{id}/thumbnail?size=`: a small JPEG of a picture in the inbox.
public enum FetchInboxThumbnail: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/inbox/{id}/thumbnail"
    public static let responseKind = FetchThumbnail.responseKind

    public typealias Request = ThumbnailRequest
    public typealias Response = Thumbnail
}

/// `GET /v1/characters/{name}/thumbnail?size=`: a small JPEG of a character's first image.
public enum FetchCharacterThumbnail: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/thumbnail"
    public static let responseKind = FetchThumbnail.responseKind

    public struct Request: EndpointRequest, Equatable {
        /// The character's name.
        public var name: String
        /// The longer side in pixels.
        public var size: Int

        public init(name: String, size: Int) { (self.name, self.size) = (name, size) }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["name": name], query: ["size": String(size)])
        }

        public init(message: RequestMessage) throws(APIError) {
            size = try Thumbnail.size(in: message)
            name = try message.parameter("name")
        }
    }

    public typealias Response = Thumbnail

    /// The first image may become another one.
    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        response.message(keep: "private, no-cache")
    }
}
