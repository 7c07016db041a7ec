public import Foundation
public import Geometry

/// A picture in the inbox, without its bytes.
public struct InboxPicture: Codable, Sendable, Equatable {
    /// Never used again, not even after removal.
    public var id: Int64
    /// SHA-256 of the original bytes, in hexadecimal.
    public var sha256: String
    /// `png`, `jpeg` or `webp`.
    public var format: String
    /// Size of the original file.
    public var bytes: Int
    /// The picture's width in pixels.
    public var width: Int
    /// The picture's height in pixels.
    public var height: Int
    /// Where it came from, as given when it was kept; may be empty.
    public var source: String
    /// When it was kept.
    public var addedAt: Date
    /// The face, in pixels of the upright picture; null if the whole picture is the face.
    public var box: PixelBox?

    public init(
        id: Int64, sha256: String, format: String, bytes: Int, width: Int, height: Int, source: String, addedAt: Date,
        box: PixelBox? = nil
    ) {
        self.id = id
        self.sha256 = sha256
        self.format = format
        self.bytes = bytes
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
        self.box = box
    }
}

/// `POST /v1/inbox/groups?limit=&after=`: the pictures in the inbox, in one page of groups of pictures that look alike. Pictures that the
/// active model has not embedded yet are embedded first.
///
/// Two groups become one while the average distance between their pictures is within the threshold. The largest group comes first; of equally
/// large ones, that with the oldest picture.
public enum GroupInbox: ListEndpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox/groups"
    public static let isLong = true

    public typealias Request = PageRequest

    /// Where the threshold comes from.
    public enum Origin: String, Codable, Sendable, CaseIterable {
        /// Enrolled pictures: at this distance, pairs of one character and of two are mistaken for each other equally often.
        case registry
        /// The model's radius, if too few pictures are enrolled.
        case model
        /// There is none: only pictures with the same embedding are alike.
        case none
    }

    public struct Response: PagedResponse, Equatable {
        /// Two groups become one while the average distance between their pictures is within this.
        public var threshold: Double
        /// Where the threshold comes from.
        public var thresholdFrom: Origin
        /// The groups of the page, the largest first.
        public var groups: [InboxGroup]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(threshold: Double, thresholdFrom: Origin, groups: [InboxGroup], next: String? = nil) {
            self.threshold = threshold
            self.thresholdFrom = thresholdFrom
            self.groups = groups
            self.next = next
        }

        public var entries: [InboxGroup] { groups }
    }
}

/// Pictures in the inbox that look alike.
public struct InboxGroup: Codable, Sendable, Equatable {
    /// Oldest first; at least one.
    public var pictures: [InboxPicture]
    /// The enrolled character whose prototype is nearest to the group's mean; null if nobody is enrolled.
    public var nearest: NearCharacter?

    public init(pictures: [InboxPicture], nearest: NearCharacter?) {
        self.pictures = pictures
        self.nearest = nearest
    }
}

/// `POST /v1/inbox?source=&faces=&face=&boxes=`: puts pictures into the inbox, until they are named or discarded; all or none. Each face of a
/// picture is an entry of its own, unless the request chooses.
public enum KeepInInbox: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox"
    public static let body = BodyKind.images
    public static let successStatus = 201

    public struct Request: EndpointRequest, Equatable {
        /// Where the pictures come from; each one's file name when nil.
        public var source: String?
        public var selection: FaceSelection
        public var files: [FilePart]

        public init(source: String? = nil, selection: FaceSelection = FaceSelection(), files: [FilePart]) {
            self.source = source
            self.selection = selection
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["source"] = source
            selection.add(to: &query)
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(FaceSelection.parameters.union(["source"]))
            source = message.query["source"]
            files = try message.files()
            selection = try FaceSelection(message, files: files.count)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The faces that were put into the inbox.
        public var kept: [InboxPicture]
        /// How many were in the inbox already, or came twice in the request.
        public var known: Int
        /// How many were left out because they are enrolled.
        public var enrolled: Int
        /// How many were left out because they are ignored for good.
        public var ignored: Int

        public init(kept: [InboxPicture], known: Int, enrolled: Int, ignored: Int) {
            self.kept = kept
            self.known = known
            self.enrolled = enrolled
            self.ignored = ignored
        }
    }
}

/// `POST /v1/inbox/name`: enrolls pictures of the inbox under a character, and creates the character if there is none; all or none.
public enum NameInboxPictures: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox/name"
    public static let body = BodyKind.json
    public static let successStatus = 201

    public struct Request: JSONRequest {
        /// The pictures' numbers in the inbox, at least one.
        public var pictures: [Int64]
        /// The character's name.
        public var character: String

        public init(pictures: [Int64], character: String) {
            self.pictures = pictures
            self.character = character
        }

        public func check() throws(APIError) {
            guard !pictures.isEmpty else { throw APIError(.badRequest, "the request names no picture") }
        }
    }

    /// As for an enrollment; duplicates and conflicts name no file.
    public typealias Response = EnrollImages.Response
}

/// `POST /v1/inbox/discard`: removes pictures from the inbox for good; all or none.
public enum DiscardInboxPictures: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox/discard"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// The pictures' numbers in the inbox.
        public var pictures: [Int64]

        public init(pictures: [Int64]) { self.pictures = pictures }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The pictures as they were.
        public var discarded: [InboxPicture]
        public init(discarded: [InboxPicture]) { self.discarded = discarded }
    }
}

/// `GET /v1/inbox/{id}/face`: the face of a picture in the inbox, as a PNG picture; the whole picture where it has no box.
public enum FetchInboxFace: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/inbox/{id}/face"
    public static let responseKind = FetchFace.responseKind

    public typealias Request = IdentifiedRequest
    public typealias Response = PictureFile
}

/// `GET /v1/inbox/{id}`: the original bytes of a picture in the inbox, with their media type.
public enum FetchInboxPicture: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/inbox/{id}"
    public static let responseKind = FetchImage.responseKind

    public typealias Request = IdentifiedRequest
    public typealias Response = PictureFile
}
