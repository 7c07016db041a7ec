public import Foundation

/// `POST /v1/backups`: starts a job that writes everything in the registry to one file. Other requests go on meanwhile.
public enum WriteBackup: WorkEndpoint {
    public typealias Outcome = WrittenBackup

    public static let path = "/v1/backups"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// An absolute path on the daemon's machine. The daemon's user must be able to write there.
        public var file: String
        /// Whether to replace an earlier backup of this name; false when absent.
        public var replace: Bool

        public init(file: String, replace: Bool = false) {
            self.file = file
            self.replace = replace
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            file = try container.decode(String.self, forKey: .file)
            replace = try container.decodeIfPresent(Bool.self, forKey: .replace) ?? false
        }
    }
}

/// A complete backup on the disk.
public struct WrittenBackup: Codable, Sendable, Equatable {
    /// The path of the file on the daemon's machine.
    public var file: String
    /// The size of the file.
    public var bytes: Int

    public init(file: String, bytes: Int) {
        self.file = file
        self.bytes = bytes
    }
}

/// What a registry or a backup of it holds, after a complete check.
public struct ContentSummary: Codable, Sendable, Equatable {
    public var bytes: Int
    /// The number of the last migration that was applied to its database.
    public var schema: Int
    /// The number of the last migration that this version knows.
    public var latestSchema: Int
    public var characters: Int
    public var images: Int
    /// Those of the images that are vectors of cast packs.
    public var packImages: Int
    public var models: Int
    public var classifiers: Int
    public var prototypes: Int
    /// The name of the model that answers; null when there is none.
    public var activeModel: String?
    /// When the last change in it was made; null when there was none.
    public var lastChange: Date?

    public init(
        bytes: Int, schema: Int, latestSchema: Int, counts: RegistryCounts, activeModel: String?, lastChange: Date?
    ) {
        self.bytes = bytes
        self.schema = schema
        self.latestSchema = latestSchema
        characters = counts.characters
        images = counts.images
        packImages = counts.packImages
        models = counts.models
        classifiers = counts.classifiers
        prototypes = counts.prototypes
        self.activeModel = activeModel
        self.lastChange = lastChange
    }

    public var counts: RegistryCounts {
        RegistryCounts(
            characters: characters, images: images, packImages: packImages, models: models, classifiers: classifiers,
            prototypes: prototypes)
    }
}
