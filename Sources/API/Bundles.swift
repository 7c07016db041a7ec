/// `POST /v1/bundles`: writes everything enrolled to a folder that another registry can import, while requests go on.
public enum WriteBundle: WorkEndpoint {
    public typealias End = WrittenBundle

    public static let method = HTTPMethod.post
    public static let path = "/v1/bundles"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// An absolute path on the daemon's machine, which the daemon's user can write, and where there is nothing yet.
        public var folder: String

        public init(folder: String) { self.folder = folder }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }
}

/// A bundle that was written.
public struct WrittenBundle: Codable, Sendable, Equatable {
    public var folder: String
    public var characters: Int
    public var images: Int
    public var rejections: Int
    /// Of all its files.
    public var bytes: Int

    public init(folder: String, characters: Int, images: Int, rejections: Int, bytes: Int) {
        self.folder = folder
        self.characters = characters
        self.images = images
        self.rejections = rejections
        self.bytes = bytes
    }
}

/// `POST /v1/bundles/import`: enrols what a bundle holds, all of it or nothing.
public enum ReadBundle: WorkEndpoint {
    public typealias End = ImportedBundle

    public static let method = HTTPMethod.post
    public static let path = "/v1/bundles/import"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// An absolute path on the daemon's machine, which the daemon's user can read.
        public var folder: String
        /// Whether characters that are enrolled already get the bundle's images; they are refused when absent or false.
        public var merge: Bool
        /// Whether the head and the choice of calibration are taken over; false when absent.
        public var settings: Bool

        public init(folder: String, merge: Bool = false, settings: Bool = false) {
            self.folder = folder
            self.merge = merge
            self.settings = settings
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            folder = try container.decode(String.self, forKey: .folder)
            merge = try container.decodeIfPresent(Bool.self, forKey: .merge) ?? false
            settings = try container.decodeIfPresent(Bool.self, forKey: .settings) ?? false
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }
}

/// A bundle that was imported.
public struct ImportedBundle: Codable, Sendable, Equatable {
    /// Characters of the bundle.
    public var characters: Int
    /// Those that were not enrolled before.
    public var created: Int
    /// Images that were added, and those that their character had already.
    public var images: Int
    public var duplicates: Int
    /// Rejections that were added.
    public var rejections: Int
    /// Pictures that were embedded anew, because the bundle's vectors are another model's; 0 where they were taken over.
    public var embedded: Int

    public init(characters: Int, created: Int, images: Int, duplicates: Int, rejections: Int, embedded: Int) {
        self.characters = characters
        self.created = created
        self.images = images
        self.duplicates = duplicates
        self.rejections = rejections
        self.embedded = embedded
    }
}
