/// `POST /v1/bundles`: starts a job that writes everything enrolled to a folder that another registry can import. Other requests go on meanwhile.
public enum WriteBundle: WorkEndpoint {
    public typealias Outcome = WrittenBundle

    public static let path = "/v1/bundles"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// An absolute path on the daemon's machine where nothing exists yet. The daemon's user must be able to write there.
        public var folder: String

        public init(folder: String) { self.folder = folder }
    }
}

/// A complete bundle on the disk.
public struct WrittenBundle: Codable, Sendable, Equatable {
    public var folder: String
    public var characters: Int
    public var images: Int
    public var rejections: Int
    /// The size of all its files.
    public var bytes: Int

    public init(folder: String, characters: Int, images: Int, rejections: Int, bytes: Int) {
        self.folder = folder
        self.characters = characters
        self.images = images
        self.rejections = rejections
        self.bytes = bytes
    }
}

/// `POST /v1/bundles/import`: starts a job that enrolls everything that a bundle holds, or nothing if there is an error.
public enum ReadBundle: WorkEndpoint {
    public typealias Outcome = ImportedBundle

    public static let path = "/v1/bundles/import"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// An absolute path on the daemon's machine. The daemon's user must be able to read it.
        public var folder: String
        /// Whether to add the bundle's images to characters that are enrolled already. If absent or false, the daemon refuses a bundle with
        /// such characters.
        public var merge: Bool
        /// Whether to take over the bundle's head and its calibration's false accept rate; false when absent.
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
    }
}

/// What the import of a bundle added.
public struct ImportedBundle: Codable, Sendable, Equatable {
    /// Characters in the bundle.
    public var characters: Int
    /// Those that were not enrolled before.
    public var created: Int
    /// Images that were added.
    public var images: Int
    /// Images that their character had already.
    public var duplicates: Int
    /// Rejections that were added.
    public var rejections: Int
    /// Pictures that were embedded again, because another model made the bundle's vectors; 0 when the vectors were taken over.
    public var embedded: Int

    public init(
        characters: Int, created: Int = 0, images: Int = 0, duplicates: Int = 0, rejections: Int = 0, embedded: Int = 0
    ) {
        self.characters = characters
        self.created = created
        self.images = images
        self.duplicates = duplicates
        self.rejections = rejections
        self.embedded = embedded
    }
}
