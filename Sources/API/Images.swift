public import Foundation
public import Geometry

/// An enrolled image, without its bytes. A vector of a cast pack counts as an image without a picture.
public struct EnrolledImage: Codable, Sendable, Equatable {
    /// Never used again, not even after removal.
    public var id: Int64
    /// The name of the character it is enrolled under.
    public var character: String
    /// SHA-256 of the original bytes, in hexadecimal; of the vector's bytes if there is no picture.
    public var sha256: String
    /// `png`, `jpeg`, … ; `vector` if there is no picture.
    public var format: String
    /// Size of the original file; 0 if there is no picture.
    public var bytes: Int
    /// The picture's width in pixels; 0 if there is no picture.
    public var width: Int
    /// The picture's height in pixels; 0 if there is no picture.
    public var height: Int
    /// Where it came from, as given at enrollment; may be empty.
    public var source: String
    /// When it was enrolled.
    public var addedAt: Date
    /// Where the character's face is, in pixels of the upright picture; null if the whole picture is the face.
    public var box: PixelBox?
    /// The name of the cast pack that brought it; null for a picture. There is nothing to show for it then, only a vector to compare with.
    public var pack: String?

    public init(
        id: Int64, character: String, sha256: String, format: String, bytes: Int, width: Int, height: Int,
        source: String, addedAt: Date, box: PixelBox? = nil, pack: String? = nil
    ) {
        self.id = id
        self.character = character
        self.sha256 = sha256
        self.format = format
        self.bytes = bytes
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
        self.box = box
        self.pack = pack
    }
}

/// The result of a move, a merge or a split.
public struct MovedImages: Codable, Sendable, Equatable {
    /// The character that has the images now.
    public var character: CharacterSummary
    /// Whether the character is new.
    public var created: Bool
    /// The images that it did not have before, as they are now.
    public var moved: [EnrolledImage]
    /// The images that were removed because it had their bytes already.
    public var duplicates: [EnrolledImage]

    public init(character: CharacterSummary, created: Bool, moved: [EnrolledImage], duplicates: [EnrolledImage]) {
        self.character = character
        self.created = created
        self.moved = moved
        self.duplicates = duplicates
    }
}

/// `GET /v1/characters/{name}/images?limit=&after=`: one page of the images of a character, oldest first.
public enum ListImages: ListEndpoint {
    public static let path = "/v1/characters/{name}/images"

    public typealias Request = NamedPageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var images: [EnrolledImage]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(images: [EnrolledImage], next: String? = nil) { (self.images, self.next) = (images, next) }

        public var entries: [EnrolledImage] { images }
    }
}

/// `POST /v1/characters/{name}/images?source=&faces=&face=&boxes=`: enrolls images, and creates the character if there is none; all or none.
///
/// Each image shows the character once. One with several faces is refused with `several_faces`, which lists them, unless the request chooses.
public enum EnrollImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/images"
    public static let body = BodyKind.images
    public static let successStatus = 201

    public struct Request: EndpointRequest, Equatable {
        /// The character's name.
        public var name: String
        /// Where the images come from; each image's file name when nil.
        public var source: String?
        public var selection: FaceSelection
        /// At least one. An error names a bad file by its `name`.
        public var files: [FilePart]

        public init(
            name: String, source: String? = nil, selection: FaceSelection = FaceSelection(), files: [FilePart]
        ) {
            self.name = name
            self.source = source
            self.selection = selection
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["source"] = source
            selection.add(to: &query)
            return RequestMessage(parameters: ["name": name], query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(FaceSelection.parameters.union(["source"]))
            name = try message.parameter("name")
            source = message.query["source"]
            files = try message.files()
            selection = try FaceSelection(message, files: files.count)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The character as it is now.
        public var character: CharacterSummary
        /// Whether the character is new.
        public var created: Bool
        /// The images that were enrolled.
        public var added: [EnrolledImage]
        /// Files whose face the character has already, or that came twice in the request. They are not stored again.
        public var duplicates: [Duplicate]
        /// Files that were enrolled though another character has the same face of the same picture: probably a mistake.
        public var conflicts: [Duplicate]

        public init(
            character: CharacterSummary, created: Bool, added: [EnrolledImage], duplicates: [Duplicate],
            conflicts: [Duplicate]
        ) {
            self.character = character
            self.created = created
            self.added = added
            self.duplicates = duplicates
            self.conflicts = conflicts
        }
    }

    /// A file and an enrolled image with the same bytes and the same face.
    public struct Duplicate: Codable, Sendable, Equatable {
        /// The file's name as sent; null for a raw body.
        public var file: String?
        /// The image that is already there.
        public var image: EnrolledImage

        public init(file: String?, image: EnrolledImage) {
            self.file = file
            self.image = image
        }
    }
}

/// `GET /v1/images/{id}`: the original bytes of an image, with their media type.
public enum FetchImage: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/images/{id}"
    public static let responseKind = ResponseKind.bytes(MediaType.pictures)

    public typealias Request = IdentifiedRequest

    public typealias Response = PictureFile
}

/// The bytes of a picture.
public struct PictureFile: FileResponse, Equatable {
    public var mediaType: String
    public var bytes: Data

    public init(mediaType: String, bytes: Data) {
        self.mediaType = mediaType
        self.bytes = bytes
    }

    public init(_ message: ResponseMessage) { self.init(mediaType: message.contentType, bytes: message.body) }

    public var message: ResponseMessage { ResponseMessage(status: 200, contentType: mediaType, body: bytes) }
}

/// `GET /v1/images/{id}/face`: the face of an enrolled image, as a PNG picture; the whole picture where it has no box.
public enum FetchFace: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/images/{id}/face"
    public static let responseKind = ResponseKind.bytes(["image/png"])

    public typealias Request = IdentifiedRequest
    public typealias Response = PictureFile
}

/// `POST /v1/images/{id}/box`: says where the character's face is in an enrolled image, and embeds it again.
public enum ChangeBox: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/images/{id}/box"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Equatable {
        /// The image's number.
        public var id: Int64
        public var change: Change

        public init(id: Int64, box: PixelBox? = nil, faces: FaceMode? = nil) {
            self.id = id
            change = Change(box: box, faces: faces)
        }

        public struct Change: Codable, Sendable, Equatable {
            /// The face; null to find it.
            public var box: PixelBox?
            /// How to find it; `auto` when null.
            public var faces: FaceMode?
        }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(parameters: ["id": String(id)], body: .json(try JSON.encode(change)))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            id = try message.identifier("id")
            change = try message.json(Change.self)
            guard change.box == nil || change.faces == nil else {
                throw APIError(.badParameter, "box excludes faces: it says where the face is")
            }
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The image as it is now.
        public var image: EnrolledImage
        /// The box that it had before; null for the whole picture.
        public var before: PixelBox?

        public init(image: EnrolledImage, before: PixelBox?) {
            self.image = image
            self.before = before
        }
    }
}

/// `POST /v1/images/move`: moves images to a character, and creates the character if there is none; all or none.
public enum MoveImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/images/move"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// The images' numbers.
        public var images: [Int64]
        /// The character's name.
        public var character: String

        public init(images: [Int64], character: String) {
            self.images = images
            self.character = character
        }
    }

    public typealias Response = MovedImages
}

/// `POST /v1/images/remove`: removes images and updates the prototypes of their characters; all or none.
public enum RemoveImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/images/remove"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// The images' numbers.
        public var images: [Int64]

        public init(images: [Int64]) { self.images = images }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The images as they were.
        public var images: [EnrolledImage]
        public init(images: [EnrolledImage]) { self.images = images }
    }
}

/// `DELETE /v1/images/{id}`: removes an image and updates its character's prototype.
public enum RemoveImage: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/images/{id}"

    public typealias Request = IdentifiedRequest
    /// The image as it was.
    public typealias Response = EnrolledImage
}
