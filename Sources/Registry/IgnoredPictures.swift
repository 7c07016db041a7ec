public import API
public import Foundation
import Geometry

/// Pictures of the inbox that the owner never wants to see again. They are in the trash, by a change that stays there.
public protocol IgnoredStore: Sendable {
    /// Takes pictures out of the inbox for good, in one transaction.
    /// - Throws: `imageNotFound`. An error ignores nothing.
    func ignoreInboxPictures(_ ids: [Int64]) async throws(RegistryError) -> [InboxPicture]

    /// A page of the pictures that are ignored for good, by the change that ignored them, newest first.
    /// - Parameter before: the number of the page before's last change; `Int64.max` for the first page.
    func ignoredPictures(before: Int64, limit: Int) async throws(RegistryError) -> [IgnoredPictures]

    /// What tells a face that is in the inbox or was, and is still in the trash, from others.
    /// - Throws: `imageNotFound`.
    func inboxKey(_ id: Int64) async throws(RegistryError) -> PictureKey

    /// The original file of such a picture.
    /// - Throws: `imageNotFound`.
    func inboxFile(_ id: Int64) async throws(RegistryError) -> Data
}

extension Registry: IgnoredStore {
    public func ignoreInboxPictures(_ ids: [Int64]) throws(RegistryError) -> [InboxPicture] {
        try takeOut(ids, .inboxIgnore)
    }

    public func ignoredPictures(before: Int64 = .max, limit: Int = .max) throws(RegistryError) -> [IgnoredPictures] {
        let database = try database()
        let changes = try database.all(
            "SELECT id, at, who FROM trash WHERE kind = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            [.text(TrashKind.inboxIgnore.rawValue), .integer(before), .integer(limit)]
        ) { IgnoredPictures(change: $0.integer(0), at: $0.date(1), who: $0.text(2), pictures: []) }
        return try changes.map { change throws(RegistryError) in
            var change = change
            change.pictures = try database.all(
                "SELECT id FROM all_unknowns WHERE trash = $1 ORDER BY id", [.integer(change.change)]
            ) { $0.integer(0) }
            return change
        }
    }

    public func inboxKey(_ id: Int64) throws(RegistryError) -> PictureKey {
        try existing(
            id,
            try database().first("SELECT sha256, box FROM all_unknowns WHERE id = $1", [.integer(id)]) {
                row throws(RegistryError) in PictureKey(sha256: row.text(0), box: try row.box(1))
            })
    }

    public func inboxFile(_ id: Int64) throws(RegistryError) -> Data {
        try existing(
            id,
            try database().first("SELECT bytes FROM unknown_files WHERE unknown = $1", [.integer(id)]) { $0.blob(0) }
        )
    }

    private func existing<T>(_ id: Int64, _ found: T?) throws(RegistryError) -> T {
        guard let found else { throw RegistryError(.imageNotFound, "there is no picture \(id) in the inbox") }
        return found
    }
}

extension Connection {
    /// Whether a face is ignored for good.
    func isIgnored(_ key: PictureKey) throws(RegistryError) -> Bool {
        try all(
            "SELECT u.sha256, u.box FROM all_unknowns u JOIN trash t ON t.id = u.trash WHERE u.sha256 = $1 AND t.kind = $2",
            [.text(key.sha256), .text(TrashKind.inboxIgnore.rawValue)]
        ) { row throws(RegistryError) in PictureKey(sha256: row.text(0), box: try row.box(1)) }
        .contains { $0.coincides(with: key) }
    }
}
