public import API
public import Foundation
import Geometry

/// The inbox: pictures of unknown characters that wait for a name. Its tables are called `unknowns`.
public protocol InboxStore: Sendable {
    /// Puts pictures into the inbox, in one transaction. It skips pictures that are in the inbox already or are enrolled.
    /// - Parameters:
    ///   - images: with embeddings of `model`.
    ///   - model: identity of the model that made the embeddings; must be the active one.
    /// - Throws: `inboxFull` beyond ``InboxLimits``, `modelNotActive`, `dimensionMismatch`, `invalidVector`. An error keeps nothing.
    func keepInInbox(_ images: [NewImage], model: String) async throws(RegistryError) -> KeepInInbox.Response

    /// All pictures in the inbox, oldest first.
    func inboxPictures() async throws(RegistryError) -> [InboxPicture]

    /// A picture with its original file.
    /// - Throws: `imageNotFound`.
    func inboxPicture(_ id: Int64) async throws(RegistryError) -> (picture: InboxPicture, bytes: Data)

    /// The embeddings by a model in the order of the pictures' numbers, without pictures that have none.
    /// - Throws: `modelNotFound`.
    func inboxEmbeddings(model: String) async throws(RegistryError) -> [(id: Int64, vector: [Float])]

    /// Some of the pictures that have no embedding of a model yet.
    /// - Throws: `modelNotFound`.
    func inboxPicturesWithoutEmbedding(model: String, limit: Int) async throws(RegistryError) -> [PendingImage]

    /// Stores embeddings in one transaction. It skips pictures that are gone.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`. An error stores nothing.
    func storeInboxEmbeddings(
        model: String, _ embeddings: [(id: Int64, vector: [Float])]
    ) async throws(RegistryError)

    /// Enrolls pictures of the inbox under a character and puts them into the trash, in one transaction, so that it can be taken back. It
    /// creates the character if there is none of that name.
    /// - Throws: `imageNotFound`; `embeddingsMissing` when a picture has no embedding of the active model; the errors of
    ///   ``ImageStore/enroll(character:images:model:)``. An error changes nothing.
    func nameInboxPictures(
        _ ids: [Int64], character: String, model: String
    ) async throws(RegistryError) -> EnrollImages.Response

    /// Puts pictures of the inbox into the trash, in one transaction.
    /// - Throws: `imageNotFound`. An error discards nothing.
    func discardInboxPictures(_ ids: [Int64]) async throws(RegistryError) -> [InboxPicture]
}

/// The most that the inbox holds.
public enum InboxLimits {
    public static let pictures = 2000
    public static let bytes = 512 << 20
}

extension Registry: InboxStore {
    public func keepInInbox(_ images: [NewImage], model identity: String) throws(RegistryError) -> KeepInInbox.Response
    {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            var kept: [InboxPicture] = []
            var (known, enrolled, ignored) = (0, 0, 0)
            for (index, image) in images.enumerated() {
                try model.check(image.embedding, of: "image \(index + 1) of the request")
                if try !database.images(coincidingWith: image.key).isEmpty {
                    enrolled += 1
                } else if try database.isIgnored(image.key) {
                    ignored += 1
                } else if let picture = try database.keep(image, model: model) {
                    kept.append(picture)
                } else {
                    known += 1
                }
            }
            try database.checkInbox()
            return KeepInInbox.Response(kept: kept, known: known, enrolled: enrolled, ignored: ignored)
        }
    }

    public func inboxPictures() throws(RegistryError) -> [InboxPicture] {
        try database().all(InboxPicture.query + " ORDER BY u.id", [], InboxPicture.init(row:))
    }

    public func inboxPicture(_ id: Int64) throws(RegistryError) -> (picture: InboxPicture, bytes: Data) {
        let database = try database()
        let picture = try database.existingInboxPicture(id)
        let bytes = try database.first("SELECT bytes FROM unknown_files WHERE unknown = $1", [.integer(id)]) {
            $0.blob(0)
        }
        return (picture, bytes ?? Data())
    }

    public func inboxEmbeddings(
        model identity: String
    ) throws(RegistryError) -> [(id: Int64, vector: [Float])] {
        let database = try database()
        let model = try database.existingModel(identity: identity)
        return try database.all(
            """
            SELECT u.id, e.vector FROM unknowns u JOIN unknown_embeddings e ON e.unknown = u.id AND e.model = $1
            ORDER BY u.id
            """, [.integer(model.id)]
        ) { row throws(RegistryError) in
            (id: row.integer(0), vector: try row.vector(1, dimensions: model.record.dimensions))
        }
    }

    public func inboxPicturesWithoutEmbedding(
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
    ) throws(RegistryError) -> EnrollImages.Response {
        let name = try RegistryName.validated(character)
        return try change { (database, indexes) throws(RegistryError) in
            let model = try database.activeModel(identity: identity)
            let images = try Set(ids).sorted().map { id throws(RegistryError) in
                try database.newImage(ofInboxPicture: id, model: model)
            }
            let change = try database.beginTrash(.inboxName, of: nil)
            for id in Set(ids).sorted() {
                try database.trash(inboxPicture: id, by: change)
                try database.record("inbox.name", subject: String(id), detail: ["character": name])
            }
            let (enrollment, prototype) = try database.enroll(images, under: name, model: model)
            try database.noteNaming(enrollment, by: change)
            try indexes.show(enrollment, prototype)
            return enrollment
        }
    }

    public func discardInboxPictures(_ ids: [Int64]) throws(RegistryError) -> [InboxPicture] {
        try takeOut(ids, .inboxDiscard)
    }

    /// Puts pictures of the inbox into the trash by one change.
    func takeOut(_ ids: [Int64], _ kind: TrashKind) throws(RegistryError) -> [InboxPicture] {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let pictures = try Set(ids).sorted().map { id throws(RegistryError) in
                try database.existingInboxPicture(id)
            }
            guard !pictures.isEmpty else { return [] }
            let change = try database.beginTrash(kind, of: nil)
            for picture in pictures {
                try database.trash(inboxPicture: picture.id, by: change)
                try database.record(kind.rawValue, subject: String(picture.id), detail: ["sha256": picture.sha256])
            }
            return pictures
        }
    }
}

extension InboxPicture {
    static let query = """
        SELECT u.id, u.sha256, u.format, u.byte_count, u.width, u.height, u.source, u.added_at, u.box
        FROM unknowns u
        """

    init(row: Row) throws(RegistryError) {
        self.init(
            id: row.integer(0), sha256: row.text(1), format: row.text(2), bytes: row.int(3), width: row.int(4),
            height: row.int(5), source: row.text(6), addedAt: row.date(7), box: try row.box(8))
    }
}

extension Connection {
    /// - Throws: `imageNotFound`.
    func existingInboxPicture(_ id: Int64) throws(RegistryError) -> InboxPicture {
        let found = try first(InboxPicture.query + " WHERE u.id = $1", [.integer(id)], InboxPicture.init(row:))
        guard let found else { throw RegistryError(.imageNotFound, "there is no picture \(id) in the inbox") }
        return found
    }

    /// Puts one picture into the inbox, inside a transaction; everything is validated already.
    /// - Returns: nil when it is there already.
    func keep(_ image: NewImage, model: StoredModel) throws(RegistryError) -> InboxPicture? {
        guard try inboxPictures(coincidingWith: image.key).isEmpty else { return nil }
        let id = try insert(
            """
            INSERT INTO all_unknowns (sha256, format, byte_count, width, height, source, added_at, box)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(image.sha256), .text(image.format), .integer(image.bytes.count), .integer(image.width),
                .integer(image.height), .text(image.source), .time(Date()), .box(image.box),
            ])
        try run("INSERT INTO unknown_files (unknown, bytes) VALUES ($1, $2)", [.integer(id), .blob(image.bytes)])
        try store(image.embedding, ofInboxPicture: id, model: model)
        try record("inbox.keep", subject: String(id), detail: ["sha256": image.sha256])
        return try existingInboxPicture(id)
    }

    /// - Throws: `inboxFull` when the inbox holds more than ``InboxLimits``.
    func checkInbox() throws(RegistryError) {
        let (count, bytes) =
            try first("SELECT count(*), CAST(coalesce(sum(byte_count), 0) AS BIGINT) FROM unknowns") {
                ($0.int(0), $0.int(1))
            }
            ?? (0, 0)
        guard count > InboxLimits.pictures || bytes > InboxLimits.bytes else { return }
        throw RegistryError(
            .inboxFull,
            "the inbox would hold \(count) pictures of \(bytes >> 20) MiB, and may hold \(InboxLimits.pictures) of \(InboxLimits.bytes >> 20) MiB; name or discard some: aniwho inbox list"
        )
    }

    func store(_ vector: [Float], ofInboxPicture id: Int64, model: StoredModel) throws(RegistryError) {
        try run(
            """
            INSERT INTO unknown_embeddings (unknown, model, vector) SELECT id, $1, $2 FROM unknowns WHERE id = $3
            ON CONFLICT (unknown, model) DO UPDATE SET vector = excluded.vector
            """,
            [.integer(model.id), .vector(vector), .integer(id)])
    }

    /// A picture of the inbox, ready to enroll.
    /// - Throws: `imageNotFound`, `embeddingsMissing`.
    func newImage(ofInboxPicture id: Int64, model: StoredModel) throws(RegistryError) -> NewImage {
        let picture = try existingInboxPicture(id)
        let image = try first(
            """
            SELECT f.bytes, e.vector FROM unknown_files f JOIN unknown_embeddings e ON e.unknown = f.unknown AND e.model = $1
            WHERE f.unknown = $2
            """, [.integer(model.id), .integer(id)]
        ) { row throws(RegistryError) in
            NewImage(
                bytes: row.blob(0), sha256: picture.sha256, format: picture.format, width: picture.width,
                height: picture.height, source: picture.source, box: picture.box,
                embedding: try row.vector(1, dimensions: model.record.dimensions))
        }
        guard let image else {
            throw RegistryError(
                .embeddingsMissing,
                "picture \(id) of the inbox has no embedding of model '\(model.record.name)' yet; try again")
        }
        return image
    }

    /// The pictures in the inbox with this face.
    func inboxPictures(coincidingWith key: PictureKey) throws(RegistryError) -> [InboxPicture] {
        try all(InboxPicture.query + " WHERE u.sha256 = $1", [.text(key.sha256)], InboxPicture.init(row:))
            .filter { $0.key.coincides(with: key) }
    }

    /// Removes a face that is enrolled now from the inbox.
    func withdrawInboxPictures(_ key: PictureKey) throws(RegistryError) {
        let pictures = try inboxPictures(coincidingWith: key)
        for picture in pictures { try run("DELETE FROM all_unknowns WHERE id = $1", [.integer(picture.id)]) }
        if !pictures.isEmpty { try record("inbox.withdraw", subject: key.sha256) }
    }
}
