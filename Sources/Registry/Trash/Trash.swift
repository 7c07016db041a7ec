public import API
public import Foundation
public import Geometry

/// The trash: changes that can be taken back. Each removal of images, characters and pictures of the inbox, and each move, merge and split
/// is one change in it, and so is each naming of pictures of the inbox. What a change removed stays in the database, unseen, until the change is taken back or removed for good.
public protocol TrashStore: Sendable {
    /// The changes in the trash, newest first.
    /// - Parameter before: only changes before the one of this number, which is the last of the page before.
    /// - Throws: `storageCorrupt` when a change cannot be read.
    func trash(limit: Int, before: Int64?) async throws(RegistryError) -> [TrashedChange]

    func trashSize() async throws(RegistryError) -> TrashSize

    /// Some pictures, images and rejected ones, that the changes would bring back and that a model has not embedded: those that lay in the
    /// trash when the model became the active one.
    /// - Throws: `changeNotFound`, `modelNotFound`.
    func trashWithoutEmbedding(
        _ changes: [Int64], model: String, limit: Int
    ) async throws(RegistryError) -> [TrashedPicture]

    /// Stores embeddings of pictures in the trash, in one transaction. It skips pictures that are gone.
    /// - Throws: `modelNotFound`, `dimensionMismatch`, `invalidVector`. An error stores nothing.
    func storeTrashEmbeddings(
        model: String, _ embeddings: [(picture: TrashedPicture, vector: [Float])]
    ) async throws(RegistryError)

    /// Takes changes back, newest first, in one transaction.
    ///
    /// Images, characters, tags, notes and rejections come back with their numbers and times. What has happened to them since counts: an
    /// image that was moved elsewhere or removed since stays as it is, and a picture that was enrolled again is there once.
    /// - Throws: `changeNotFound`; `characterExists` when a name is taken now; `changeBlocked` when a later change must be taken back
    ///   first; `inboxFull`; `embeddingsMissing` when the active model has not embedded a picture. An error changes nothing.
    func restoreTrash(_ changes: [Int64]) async throws(RegistryError) -> [RestoredChange]

    /// Takes the newest change back; see ``restoreTrash(_:)``.
    /// - Parameter expected: the change that the caller takes for the newest, or nil.
    /// - Throws: as ``restoreTrash(_:)``; `changeNotFound` when the trash is empty; `changeBlocked` when another change is the newest.
    func undo(expecting expected: Int64?) async throws(RegistryError) -> RestoredChange

    /// The number of the newest change; nil when the trash is empty.
    func newestTrash() async throws(RegistryError) -> Int64?

    /// Removes the oldest change for good, with what lies in the trash for it. Ignored pictures of the inbox stay.
    /// - Returns: what was removed; nil when the bound holds for no change.
    func removeOldestTrash(_ bound: TrashBound) async throws(RegistryError) -> TrashSize?
}

/// Which changes may be removed from the trash for good.
public enum TrashBound: Sendable {
    /// Those made at a time or earlier: they have been there long enough.
    case madeBy(Date)
    /// Those up to a number: somebody empties the trash.
    case upTo(Int64)
}

/// A picture in the trash that a model has not embedded.
public struct TrashedPicture: Sendable, Equatable {
    /// Which table it is of: `image` or `rejection`.
    enum Kind: String, Sendable {
        case image
        case rejection

        /// The table of the vectors.
        var embeddings: String { self == .image ? "embeddings" : "rejection_embeddings" }
    }

    let kind: Kind
    /// The image's or the rejection's number.
    public let id: Int64
    /// The original file.
    public let bytes: Data
    /// Where the face is; nil for the whole picture.
    public let box: PixelBox?

    /// What it is called in messages.
    public var name: String { "\(kind == .image ? "image" : "rejected picture") \(id) in the trash" }
}

extension Registry: TrashStore {
    public func trash(limit: Int, before: Int64?) throws(RegistryError) -> [TrashedChange] {
        try database().all(
            TrashedChange.query + " WHERE t.id < $1 ORDER BY t.id DESC LIMIT $2",
            [.integer(before ?? .max), .integer(max(0, limit))], TrashedChange.init(row:))
    }

    public func trashSize() throws(RegistryError) -> TrashSize {
        try database().first(TrashSize.query, [], TrashSize.init(row:)) ?? .none
    }

    public func newestTrash() throws(RegistryError) -> Int64? {
        try database().first("SELECT id FROM trash ORDER BY id DESC LIMIT 1") { $0.integer(0) }
    }

    public func trashWithoutEmbedding(
        _ changes: [Int64], model identity: String, limit: Int
    ) throws(RegistryError) -> [TrashedPicture] {
        let database = try database()
        let model = try database.existingModel(identity: identity)
        var pictures: [TrashedPicture] = []
        for change in changes {
            _ = try database.existingTrash(change)
            for kind in [TrashedPicture.Kind.image, .rejection] where pictures.count < limit {
                pictures += try database.all(
                    """
                    SELECT r.id, f.bytes, r.box FROM all_\(kind)s r JOIN \(kind)_files f ON f.\(kind) = r.id
                    WHERE r.trash = $1 AND NOT EXISTS
                        (SELECT 1 FROM \(kind.embeddings) e WHERE e.\(kind) = r.id AND e.model = $2)
                    ORDER BY r.id LIMIT $3
                    """, [.integer(change), .integer(model.id), .integer(limit - pictures.count)]
                ) { row throws(RegistryError) in
                    TrashedPicture(kind: kind, id: row.integer(0), bytes: row.blob(1), box: try row.box(2))
                }
            }
        }
        return pictures
    }

    public func storeTrashEmbeddings(
        model identity: String, _ embeddings: [(picture: TrashedPicture, vector: [Float])]
    ) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            let model = try database.existingModel(identity: identity)
            for (picture, vector) in embeddings {
                try model.check(vector, of: picture.name)
                let kind = picture.kind
                // One that came back meanwhile has its vector.
                try database.run(
                    """
                    INSERT INTO \(kind.embeddings) (\(kind), model, vector)
                    SELECT id, $1, $2 FROM all_\(kind)s WHERE id = $3 AND trash IS NOT NULL
                    ON CONFLICT DO NOTHING
                    """, [.integer(model.id), .vector(vector), .integer(picture.id)])
            }
        }
    }

    public func removeOldestTrash(_ bound: TrashBound) throws(RegistryError) -> TrashSize? {
        let (column, value, action): (String, SQLValue, String) =
            switch bound {
            case .madeBy(let time): ("at", .time(time), "trash.expire")
            case .upTo(let id): ("id", .integer(id), "trash.empty")
            }
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            let oldest = try database.first(
                TrashedChange.query + " WHERE t.\(column) <= $1 AND t.kind != $2 ORDER BY t.id LIMIT 1",
                [value, .text(TrashKind.inboxIgnore.rawValue)], TrashedChange.init(row:))
            guard let oldest else { return nil }
            try database.run("DELETE FROM trash WHERE id = $1", [.integer(oldest.id)])
            try database.record(action, of: oldest)
            return TrashSize(changes: 1, pictures: oldest.pictures, bytes: oldest.bytes)
        }
    }
}

extension TrashSize {
    public static let none = TrashSize(changes: 0, pictures: 0, bytes: 0)

    static let query = """
        SELECT (SELECT count(*) FROM trash),
            (SELECT count(*) FROM all_images WHERE trash IS NOT NULL)
            + (SELECT count(*) FROM all_unknowns WHERE trash IS NOT NULL),
            (SELECT CAST(coalesce(sum(byte_count), 0) AS BIGINT) FROM all_images WHERE trash IS NOT NULL)
            + (SELECT CAST(coalesce(sum(byte_count), 0) AS BIGINT) FROM all_unknowns WHERE trash IS NOT NULL)
            + (SELECT CAST(coalesce(sum(length(f.bytes)), 0) AS BIGINT) FROM all_rejections r JOIN rejection_files f ON f.rejection = r.id
                WHERE r.trash IS NOT NULL)
        """

    init(row: Row) { self.init(changes: row.int(0), pictures: row.int(1), bytes: row.int(2)) }
}

extension TrashedChange {
    static let query = """
        SELECT t.id, t.at, t.who, t.kind, t.character, t.target_name,
            (SELECT count(*) FROM all_images WHERE trash = t.id) + (SELECT count(*) FROM all_unknowns WHERE trash = t.id),
            (SELECT count(*) FROM moved_images WHERE trash = t.id),
            (SELECT CAST(coalesce(sum(byte_count), 0) AS BIGINT) FROM all_images WHERE trash = t.id)
            + (SELECT CAST(coalesce(sum(byte_count), 0) AS BIGINT) FROM all_unknowns WHERE trash = t.id)
            + (SELECT CAST(coalesce(sum(length(f.bytes)), 0) AS BIGINT) FROM all_rejections r JOIN rejection_files f ON f.rejection = r.id
                WHERE r.trash = t.id)
        FROM trash t
        """

    /// - Throws: `storageCorrupt` when the kind is none that this version knows.
    init(row: Row) throws(RegistryError) {
        guard let kind = TrashKind(rawValue: row.text(3)) else {
            throw RegistryError(
                .storageCorrupt, "change \(row.integer(0)) in the trash cannot be read; restore a backup")
        }
        self.init(
            id: row.integer(0), at: row.date(1), who: row.text(2), kind: kind,
            character: row.isNull(4) ? nil : row.text(4), into: row.isNull(5) ? nil : row.text(5),
            pictures: row.int(6), moved: row.int(7), bytes: row.int(8))
    }
}

extension Connection {
    /// - Throws: `changeNotFound`.
    func existingTrash(_ id: Int64) throws(RegistryError) -> TrashedChange {
        let change = try first(TrashedChange.query + " WHERE t.id = $1", [.integer(id)], TrashedChange.init(row:))
        guard let change else {
            throw RegistryError(.changeNotFound, "there is no change \(id) in the trash; see: aniwho trash list")
        }
        return change
    }

    /// Adds an audit row about a change in the trash.
    func record(_ action: String, of change: TrashedChange) throws(RegistryError) {
        try record(
            action, subject: change.character ?? change.kind.rawValue,
            detail: [
                "change": change.id, "kind": change.kind.rawValue, "pictures": change.pictures, "moved": change.moved,
            ])
    }
}
