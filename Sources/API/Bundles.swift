/// `POST /v1/bundles`: starts a job that writes everything enrolled to a folder that another registry can import, or, without pictures, a cast
/// pack. Other requests go on meanwhile.
public enum WriteBundle: WorkEndpoint {
    public typealias Outcome = WrittenBundle

    public static let path = "/v1/bundles"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// An absolute path on the daemon's machine where nothing exists yet. The daemon's user must be able to write there.
        public var folder: String
        /// Whether to write the pictures; true when absent. Without them the folder is a cast pack: names, aliases, series, vectors and
        /// prototypes, of use with the same model only.
        public var pictures: Bool
        /// The name of the cast pack; the folder's name when absent or null. A bundle with pictures has none.
        public var name: String?
        /// Only the characters with this tag in a cast pack; all when absent or null.
        public var tag: String?
        /// Only the characters of this series in a cast pack; all when absent or null.
        public var series: String?

        public init(
            folder: String, pictures: Bool = true, name: String? = nil, tag: String? = nil, series: String? = nil
        ) {
            self.folder = folder
            self.pictures = pictures
            self.name = name
            self.tag = tag
            self.series = series
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            folder = try container.decode(String.self, forKey: .folder)
            pictures = try container.decodeIfPresent(Bool.self, forKey: .pictures) ?? true
            name = try container.decodeIfPresent(String.self, forKey: .name)
            tag = try container.decodeIfPresent(String.self, forKey: .tag)
            series = try container.decodeIfPresent(String.self, forKey: .series)
        }
    }
}

/// A complete bundle on the disk.
public struct WrittenBundle: Codable, Sendable, Equatable {
    /// Its path on the daemon's machine.
    public var folder: String
    /// The characters in it.
    public var characters: Int
    /// The images in it.
    public var images: Int
    /// The rejections in it.
    public var rejections: Int
    /// The vectors without pictures: all of a cast pack, and those that other cast packs brought.
    public var vectors: Int
    /// The vectors of cast packs that were left out, because another model made them.
    public var leftOut: Int
    /// The size of all its files.
    public var bytes: Int

    public init(
        folder: String, characters: Int, images: Int, rejections: Int, vectors: Int = 0, leftOut: Int = 0, bytes: Int
    ) {
        self.folder = folder
        self.characters = characters
        self.images = images
        self.rejections = rejections
        self.vectors = vectors
        self.leftOut = leftOut
        self.bytes = bytes
    }
}

/// `POST /v1/bundles/import`: starts a job that enrolls everything that a bundle or a cast pack holds, or nothing if there is an error.
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
        /// The text of an allowed-signers file, as `ssh-keygen` reads it. If present, the daemon refuses what ``signer`` has not signed.
        public var allowedSigners: String?
        /// Whose signature is demanded: an identity in ``allowedSigners``. Both are present, or neither.
        public var signer: String?

        public init(
            folder: String, merge: Bool = false, settings: Bool = false, allowedSigners: String? = nil,
            signer: String? = nil
        ) {
            self.folder = folder
            self.merge = merge
            self.settings = settings
            self.allowedSigners = allowedSigners
            self.signer = signer
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            folder = try container.decode(String.self, forKey: .folder)
            merge = try container.decodeIfPresent(Bool.self, forKey: .merge) ?? false
            settings = try container.decodeIfPresent(Bool.self, forKey: .settings) ?? false
            allowedSigners = try container.decodeIfPresent(String.self, forKey: .allowedSigners)
            signer = try container.decodeIfPresent(String.self, forKey: .signer)
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
    /// Vectors of cast packs that were added, without pictures.
    public var vectors: Int
    /// Vectors of cast packs in a bundle that were left out, because another model made them.
    public var leftOut: Int
    /// The number of the cast pack that brought vectors; null when none did, or several in a bundle.
    public var pack: Int64?
    /// Whose signature was checked; null when none was demanded.
    public var signer: String?

    public init(
        characters: Int, created: Int = 0, images: Int = 0, duplicates: Int = 0, rejections: Int = 0, embedded: Int = 0,
        vectors: Int = 0, leftOut: Int = 0, pack: Int64? = nil, signer: String? = nil
    ) {
        self.characters = characters
        self.created = created
        self.images = images
        self.duplicates = duplicates
        self.rejections = rejections
        self.embedded = embedded
        self.vectors = vectors
        self.leftOut = leftOut
        self.pack = pack
        self.signer = signer
    }
}
