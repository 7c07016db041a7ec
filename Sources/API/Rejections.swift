public import Foundation
public import Geometry

/// The decision that a picture is not of a character.
public struct Rejection: Codable, Sendable, Equatable {
    /// Never used again, not even after removal.
    public var id: Int64
    /// The name of the character that the picture is not.
    public var character: String
    /// SHA-256 of the picture's bytes, in hexadecimal.
    public var sha256: String
    /// Where the picture came from, as given with the rejection; may be empty.
    public var source: String
    /// When it was rejected.
    public var addedAt: Date
    /// The face that does not show the character; null if no face of the picture does.
    public var box: PixelBox?

    public init(
        id: Int64, character: String, sha256: String, source: String, addedAt: Date, box: PixelBox? = nil
    ) {
        self.id = id
        self.character = character
        self.sha256 = sha256
        self.source = source
        self.addedAt = addedAt
        self.box = box
    }
}

/// `GET /v1/rejections?limit=&after=`: one page of the rejections, oldest first.
public enum ListRejections: ListEndpoint {
    public static let path = "/v1/rejections"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var rejections: [Rejection]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(rejections: [Rejection], next: String? = nil) { (self.rejections, self.next) = (rejections, next) }

        public var entries: [Rejection] { rejections }
    }
}

/// `POST /v1/characters/{name}/rejections?source=&faces=&face=&boxes=`: stores that pictures are not of a character; all or none. Of a picture
/// with several faces, each is rejected, unless the request chooses.
///
/// Rejections stay through rebuilds and changes of the model. Answers never name the character for these pictures or copies of them.
public enum RejectImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/rejections"
    public static let body = BodyKind.images

    /// As for an enrollment: a name, where the pictures come from, and at least one file.
    public typealias Request = EnrollImages.Request

    public struct Response: Codable, Sendable, Equatable {
        /// One for each face of each file, in order.
        public var results: [Result]
        public init(results: [Result]) { self.results = results }
    }

    public struct Result: Codable, Sendable, Equatable {
        /// The rejection that is stored.
        public var rejection: Rejection
        /// False if the picture was rejected for this character already, so that nothing has changed.
        public var created: Bool

        public init(rejection: Rejection, created: Bool) {
            self.rejection = rejection
            self.created = created
        }
    }
}

/// `DELETE /v1/rejections/{id}`: removes a rejection. Answers the rejection as it was.
public enum RemoveRejection: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/rejections/{id}"

    public typealias Request = IdentifiedRequest
    public typealias Response = Rejection
}
