public import Foundation

/// A cast pack that was imported: characters that answers name without anybody's pictures, by vectors of one model.
public struct CastPack: Codable, Sendable, Equatable {
    /// Never used again, not even after removal.
    public var id: Int64
    /// As its maker named it.
    public var name: String
    /// Identity (SHA-256) of the model that made its vectors.
    public var model: String
    /// The name of that model here. The registry keeps it as long as it keeps the pack.
    public var modelName: String
    /// Whether that model is the active one, so that the vectors count.
    public var active: Bool
    /// Whose signature was checked at the import; null when none was demanded.
    public var signer: String?
    /// SHA-256 of its manifest: the same for the same pack everywhere.
    public var sha256: String
    /// The characters that have vectors of it, in the order of their names' UTF-8 bytes.
    public var characters: [String]
    /// Its vectors.
    public var vectors: Int
    /// When it was imported.
    public var addedAt: Date

    public init(
        id: Int64, name: String, model: String, modelName: String, active: Bool, signer: String?, sha256: String,
        characters: [String], vectors: Int, addedAt: Date
    ) {
        self.id = id
        self.name = name
        self.model = model
        self.modelName = modelName
        self.active = active
        self.signer = signer
        self.sha256 = sha256
        self.characters = characters
        self.vectors = vectors
        self.addedAt = addedAt
    }
}

extension CastPack {
    /// The file with the contents of a pack, the file with its signature, and the namespace of such signatures: what
    /// `ssh-keygen -Y sign -n NAMESPACE manifest.json` takes and writes.
    public static let (manifest, signature, namespace) = ("manifest.json", "manifest.json.sig", "aniwho-cast-pack")
}

/// `GET /v1/packs?limit=&after=`: one page of the cast packs that characters have vectors of, in the order of their numbers.
public enum ListPacks: ListEndpoint {
    public static let path = "/v1/packs"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var packs: [CastPack]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(packs: [CastPack], next: String? = nil) { (self.packs, self.next) = (packs, next) }

        public var entries: [CastPack] { packs }
    }
}

/// `DELETE /v1/packs/{id}`: puts all vectors of a cast pack into the trash, and the characters that have nothing else. Answers what was removed.
public enum RemovePack: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/packs/{id}"

    public typealias Request = IdentifiedRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The pack as it was.
        public var pack: CastPack
        /// The characters that were removed with it: those without a picture, another vector, a rejection, a tag, a note, or an alias or
        /// series of their owner's.
        public var removed: [String]

        public init(pack: CastPack, removed: [String]) {
            self.pack = pack
            self.removed = removed
        }
    }
}

/// What a change of the model means for cast packs: nothing can be embedded again for them, because there are no pictures.
public struct RestingPacks: Codable, Sendable, Equatable {
    /// The names of the packs whose vectors count no more after the change, each once.
    public var packs: [String]
    /// The characters that answers name no more after it, because they have no pictures.
    public var unnamed: [String]
    /// The characters that answers name by their pictures only.
    public var weaker: [String]
    /// How many vectors rest. They stay, and count again when their model is used again.
    public var vectors: Int

    public init(packs: [String], unnamed: [String], weaker: [String], vectors: Int) {
        self.packs = packs
        self.unnamed = unnamed
        self.weaker = weaker
        self.vectors = vectors
    }

    /// Whether a change costs nothing.
    public var isNone: Bool { vectors == 0 }
}
