import API
public import Foundation

/// A picture in the inbox, without its bytes.
public struct InboxRecord: Sendable, Equatable {
    /// Never reused, not even after removal.
    public let id: Int64
    /// SHA-256 of the bytes, hexadecimal.
    public let sha256: String
    /// `png`, `jpeg` or `webp`, as the caller named it.
    public let format: String
    public let byteCount: Int
    public let width: Int
    public let height: Int
    /// Where the picture came from, as the user gave it.
    public let source: String
    public let addedAt: Date

    public init(
        id: Int64, sha256: String, format: String, byteCount: Int, width: Int, height: Int, source: String,
        addedAt: Date
    ) {
        self.id = id
        self.sha256 = sha256
        self.format = format
        self.byteCount = byteCount
        self.width = width
        self.height = height
        self.source = source
        self.addedAt = addedAt
    }
}

/// What keeping pictures in the inbox did.
public struct KeptPictures: Sendable, Equatable {
    public let kept: [InboxRecord]
    /// How many were in the inbox already, or came twice.
    public let known: Int
    /// How many were not kept because they are enrolled.
    public let enrolled: Int

    public init(kept: [InboxRecord], known: Int, enrolled: Int) {
        self.kept = kept
        self.known = known
        self.enrolled = enrolled
    }
}

/// The inbox: pictures of nobody enrolled, waiting for a name.
public protocol InboxStore: Sendable {
    /// Keeps pictures in the inbox, all in one transaction. What is there already or enrolled is not kept again.
    /// - Parameters:
    ///   - images: with embeddings of `model`.
    ///   - model: identity of the model that made the embeddings; must be the active one.
    /// - Throws: `inboxFull` beyond ``InboxLimits``, `modelNotActive`, `dimensionMismatch`, `invalidVector`; nothing is kept then.
    func keepInInbox(_ images: [NewImage], model: String) async throws(RegistryError) -> KeptPictures

    /// All pictures in the inbox, oldest first.
    func inboxPictures() async throws(RegistryError) -> [InboxRecord]

    /// The original file, and its record.
    /// - Throws: `imageNotFound`.
    func unknown(_ id: Int64) async throws(RegistryError) -> (record: InboxRecord, bytes: Data)

    /// The embeddings of a model in the order of the pictures' numbers; pictures without one are left out.
    /// - Throws: `modelNotFound`.
    func unknownEmbeddings(model: String) async throws(RegistryError) -> [(id: Int64, vector: [Float])]

    /// Some of the pictures that have no embedding of a model yet.
    /// - Throws: `modelNotFound`.
    func unknownsWithoutEmbedding(model: String, limit: Int) async throws(RegistryError) -> [PendingImage]

    /// Stores embeddings in one transaction. Pictures that are gone are skipped.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`; none is stored then.
    func storeInboxEmbeddings(
        model: String, _ embeddings: [(id: Int64, vector: [Float])]
    ) async throws(RegistryError)

    /// Enrols pictures of the inbox under a character, which is created if need be, and takes them out of the inbox, in one transaction.
    /// - Throws: `imageNotFound`, `embeddingsMissing` when one has no embedding of the active model, and as an enrolment; nothing
    ///   is changed then.
    func nameInboxPictures(_ ids: [Int64], character: String, model: String) async throws(RegistryError) -> Enrollment

    /// Takes pictures out of the inbox for good, in one transaction.
    /// - Throws: `imageNotFound`; none is discarded then.
    func discardInboxPictures(_ ids: [Int64]) async throws(RegistryError) -> [InboxRecord]
}

/// What the inbox holds at most.
public enum InboxLimits {
    public static let pictures = 2000
    public static let bytes = 512 << 20
}

extension Registry: InboxStore {
    public func keepInInbox(_ images: [NewImage], model identity: String) throws(RegistryError) -> KeptPictures {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            var kept: [InboxRecord] = []
            var (known, enrolled) = (0, 0)
            for (index, image) in images.enumerated() {
                try model.check(image.embedding, of: "image \(index + 1) of the request")
                if try !database.images(sha256: image.sha256).isEmpty {
                    enrolled += 1
                } else if let record = try database.keep(image, model: model) {
                    kept.append(record)
                } else {
                    known += 1
                }
            }
            try database.checkInbox()
            return KeptPictures(kept: kept, known: known, enrolled: enrolled)
        }
    }

    public func inboxPictures() throws(RegistryError) -> [InboxRecord] {
        try database().all(InboxRecord.query + " ORDER BY u.id", [], InboxRecord.init(row:))
    }

    public func unknown(_ id: Int64) throws(RegistryError) -> (record: InboxRecord, bytes: Data) {
        let database = try database()
        let record = try database.existingInboxPicture(id)
        let bytes = try database.first("SELECT bytes FROM unknown_files WHERE unknown = ?", [.integer(id)]) {
            $0.blob(0)
        }
        return (record, bytes ?? Data())
    }

    public func unknownEmbeddings(
        model identity: String
    ) throws(RegistryError) -> [(id: Int64, vector: [Float])] {
        let database = try database()
        let model = try database.existingModel(identity: identity)
        return try database.all(
            "SELECT unknown, vector FROM unknown_embeddings WHERE model = ? ORDER BY unknown", [.integer(model.id)]
        ) { row throws(RegistryError) in
            (id: row.integer(0), vector: try row.vector(1, dimensions: model.record.dimensions))
        }
    }

    public func unknownsWithoutEmbedding(
        model identity: String, limit: Int
    ) throws(RegistryError) -> [PendingImage] {
        try database().pending("unknown", embeddings: "unknown_embeddings", model: identity, limit: limit)
    }

    public func storeInboxEmbeddings(
        model identity: String, _ embeddings: [(id: Int64, vector: [Float])]
    ) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            for (id, vector) in embeddings {
                try model.check(vector, of: "picture \(id) of the inbox")
                try database.store(vector, ofInboxPicture: id, model: model)
            }
        }
    }

    public func nameInboxPictures(
        _ ids: [Int64], character: String, model identity: String
    ) throws(RegistryError) -> Enrollment {
        let name = try RegistryName.validated(character)
        let database = try database()
        let (enrollment, prototype) = try database.transaction { () throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            let images = try Set(ids).sorted().map { id throws(RegistryError) in
                try database.newImage(ofInboxPicture: id, model: model)
            }
            // An enrolled picture leaves the inbox; so does one that the character has already.
            let result = try database.enroll(images, under: name, model: model)
            for image in images { try database.withdrawInboxPicture(sha256: image.sha256) }
            return result
        }
        if !enrollment.added.isEmpty {
            index.set(character: enrollment.character.id, name: name, prototype: prototype)
            try refreshRejections(of: enrollment.character.id)
        }
        return enrollment
    }

    public func discardInboxPictures(_ ids: [Int64]) throws(RegistryError) -> [InboxRecord] {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let records = try Set(ids).sorted().map { id throws(RegistryError) in try database.existingInboxPicture(id)
            }
            for record in records {
                try database.run("DELETE FROM unknowns WHERE id = ?", [.integer(record.id)])
                try database.record("inbox.discard", subject: String(record.id), detail: ["sha256": record.sha256])
            }
            return records
        }
    }
}
