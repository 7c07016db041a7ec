import API
import CSQLite
import Foundation

/// A database file with everything in it, open: a registry's own, or a backup.
struct Contents {
    private let database: Connection
    private let tables: Set<String>

    init(_ database: Connection) throws(RegistryError) {
        self.database = database
        tables = Set(try database.all("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) })
    }

    private static let whole = "ok"

    /// Checks everything, as it is at this moment.
    /// - Parameter damage: the error of what is wrong, in a sentence.
    func verified(
        _ file: String, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void,
        damage: (String) -> RegistryError
    ) throws(RegistryError) -> ContentSummary {
        try database.snapshot { () throws(RegistryError) in
            let migrations = try Migration.sequence(embeddedMigrations)
            let schema = try Migrator(migrations: migrations).verify(database)
            let problems = try problems(digest: digest, progress: progress)
            guard problems.isEmpty else {
                let rest = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
                throw damage(problems.prefix(3).joined(separator: "; ") + rest)
            }
            return try summary(of: file, schema: schema, latest: migrations.count)
        }
    }

    /// What is wrong, in sentences.
    private func problems(
        digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> [String] {
        var problems = try database.all("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != Self.whole }
        problems += Set(try database.all("PRAGMA foreign_key_check") { $0.text(0) }).sorted().map {
            "\($0) refers to what is not there"
        }
        problems += try database.all(
            """
            SELECT e.image FROM embeddings e JOIN models m ON m.id = e.model WHERE length(e.vector) <> 4 * m.dimensions
            """
        ) { "the embedding of image \($0.integer(0)) has a wrong length" }
        problems += try database.all(
            """
            SELECT c.name FROM characters c JOIN models m ON m.active = 1
            LEFT JOIN prototypes p ON p.character = c.id AND p.model = m.id
            WHERE coalesce(p.count, 0) <> (SELECT count(*) FROM images i WHERE i.character = c.id)
            """
        ) { "the prototype of \($0.text(0)) is not made of its images; make it with: aniwho rebuild" }
        // Of what is wrong already, nothing more is to be learnt.
        guard problems.isEmpty else { return problems }
        problems += try changedVectors()
        let present = Self.kinds.filter { tables.contains($0.kind + "s") }
        var total = 0
        for kind in present { total += try count(kind.kind + "s") }
        var done = 0
        for (kind, hash, name) in present {
            try database.run(
                """
                SELECT r.\(name), r.\(hash), f.bytes FROM \(kind)s r LEFT JOIN \(kind)_files f ON f.\(kind) = r.id ORDER BY r.id
                """
            ) { row in
                if row.isNull(2) {
                    problems.append("the file of \(kind) \(row.text(0)) is missing")
                } else if digest(row.blob(2)) != row.text(1) {
                    problems.append("the file of \(kind) \(row.text(0)) is not the one that was kept")
                }
                done += 1
                progress(done, total)
            }
        }
        return problems
    }

    /// Where the prototypes that answer are not the means of the embeddings beside them: a number in one of them has changed.
    private func changedVectors() throws(RegistryError) -> [String] {
        guard let model = try database.activeModel() else { return [] }
        var problems: [String] = []
        try database.forEachSupport(of: model) { character, _, supports throws(RegistryError) in
            let name = try database.first(
                """
                SELECT c.name, p.vector, p.spread FROM prototypes p JOIN characters c ON c.id = p.character
                WHERE p.character = ? AND p.model = ?
                """, [.integer(character), .integer(model.id)]
            ) { row throws(RegistryError) -> String? in
                let stored = try row.vector(1, dimensions: model.record.dimensions)
                return Prototype(mean: supports)?.isNearly(stored, spread: row.real(2)) == true ? nil : row.text(0)
            }
            if let name = name ?? nil {
                problems.append("the prototype of \(name) is not the mean of its images' embeddings")
            }
        }
        return problems
    }

    /// What is kept with its bytes: the table of its records is called by it in the plural, with the column of the hash and
    /// that of what people know it by.
    private static let kinds: [(kind: String, hash: String, name: String)] = [
        ("image", "sha256", "id"), ("rejection", "sha256", "id"), ("unknown", "sha256", "id"),
        ("model", "identity", "name"), ("classifier", "identity", "name"),
    ]

    private func summary(of file: String, schema: Int, latest: Int) throws(RegistryError) -> ContentSummary {
        let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
        return ContentSummary(
            bytes: size?.intValue ?? 0, schema: schema, latestSchema: latest,
            counts: RegistryCounts(
                characters: try count("characters"), images: try count("images"), models: try count("models"),
                classifiers: try count("classifiers"), prototypes: try count("prototypes")),
            activeModel: try database.activeModel()?.record.name,
            lastChange: try database.first("SELECT at FROM audit ORDER BY id DESC LIMIT 1") { $0.date(0) })
    }

    /// Rows of a table; none where an older schema has no such table.
    private func count(_ table: String) throws(RegistryError) -> Int {
        guard tables.contains(table) else { return 0 }
        return try database.first("SELECT count(*) FROM \(table)") { $0.int(0) } ?? 0
    }
}
