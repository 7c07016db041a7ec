public import API

/// How much the registry holds.
public protocol StatusStore: Sendable {
    func counts() async throws(RegistryError) -> RegistryCounts
}

extension Registry {
    /// Asks a database on a server for a sign of life. A file is always there.
    /// - Throws: `databaseAway`; the storage errors.
    public nonisolated func checkIsReachable() async throws(RegistryError) {
        guard case .server = place else { return }
        _ = try await readers.short { database throws(RegistryError) in try database.first("SELECT 1") { $0.int(0) } }
    }
}

extension Registry: StatusStore {
    public func counts() throws(RegistryError) -> RegistryCounts {
        let row = try database().first(
            """
            SELECT (SELECT count(*) FROM characters), (SELECT count(*) FROM images), (SELECT count(*) FROM models),
                (SELECT count(*) FROM classifiers), (SELECT count(*) FROM prototypes),
                (SELECT count(*) FROM images WHERE pack IS NOT NULL)
            """
        ) { row in
            RegistryCounts(
                characters: row.int(0), images: row.int(1), packImages: row.int(5), models: row.int(2),
                classifiers: row.int(3), prototypes: row.int(4))
        }
        return row ?? RegistryCounts(characters: 0, images: 0, models: 0, classifiers: 0, prototypes: 0)
    }
}
