/// What a bundle tells while it is written or imported, a line each; the last is `written`, `imported` or `error`.
public enum BundleEvent: Codable, Sendable, Equatable {
    /// So many files or pictures of so many are done.
    case progress(BundleProgress)
    /// The bundle is whole and on the disk.
    case written(WrittenBundle)
    /// All that the bundle holds is enrolled.
    case imported(ImportedBundle)
    /// There is no bundle; nothing is enrolled.
    case error(ErrorCode, String)

    private enum CodingKeys: String, CodingKey { case event, code, message }
    private enum Kind: String, Codable { case progress, written, imported, error }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .event) {
        case .progress: self = .progress(try BundleProgress(from: decoder))
        case .written: self = .written(try WrittenBundle(from: decoder))
        case .imported: self = .imported(try ImportedBundle(from: decoder))
        case .error:
            // A newer daemon may know more codes.
            let code = ErrorCode(rawValue: try container.decode(String.self, forKey: .code)) ?? .internal
            self = .error(code, try container.decode(String.self, forKey: .message))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .progress(let value):
            try container.encode(Kind.progress, forKey: .event)
            try value.encode(to: encoder)
        case .written(let value):
            try container.encode(Kind.written, forKey: .event)
            try value.encode(to: encoder)
        case .imported(let value):
            try container.encode(Kind.imported, forKey: .event)
            try value.encode(to: encoder)
        case .error(let code, let message):
            try container.encode(Kind.error, forKey: .event)
            try container.encode(code.rawValue, forKey: .code)
            try container.encode(message, forKey: .message)
        }
    }
}

/// How far the work on a bundle is.
public struct BundleProgress: Codable, Sendable, Equatable {
    /// `writing`, `checking`, `reading` (and embedding, where the model is another), `enrolling`.
    public var step: String
    public var done: Int
    public var total: Int

    public init(step: String, done: Int, total: Int) {
        self.step = step
        self.done = done
        self.total = total
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
