import API
import CSQLite
import Foundation
import Statistics

/// The complete check of a database file: a registry's own, or a backup.
struct ContentCheck {
    private let database: Connection
    /// The names of tables and views.
    private let tables: Set<String>

    init(_ database: Connection) throws(RegistryError) {
        self.database = database
        tables = Set(try database.all(database.driver.dialect.tables) { $0.text(0) })
    }

    /// What `PRAGMA integrity_check` answers when it finds nothing.
    private static let whole = "ok"

    /// Checks everything in the database, as it is at this moment.
    /// - Parameters:
    ///   - progress: gets the number of stored files checked and of all stored files.
    ///   - damage: makes the error from a description of the damage.
    func run(
        on place: DatabasePlace, digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void,
        damage: (String) -> RegistryError
    ) throws(RegistryError) -> ContentSummary {
        try database.snapshot { () throws(RegistryError) in
            let migrations = try place.migrations()
            let schema = try Migrator(migrations: migrations).verify(database)
            let problems = try problems(digest: digest, progress: progress)
            guard problems.isEmpty else {
                let rest = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
                throw damage(problems.prefix(3).joined(separator: "; ") + rest)
            }
            return try summary(of: place, schema: schema, latest: migrations.last?.number ?? 0)
        }
    }

    /// Descriptions of all that is wrong.
    private func problems(
        digest: (Data) -> String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(RegistryError) -> [String] {
        var problems = try filesProblems()
        problems += try database.all(
            """
            SELECT e.image FROM embeddings e JOIN models m ON m.id = e.model WHERE length(e.vector) <> 4 * m.dimensions
            """
        ) { "the embedding of image \($0.integer(0)) has the wrong length" }
        // Of cast packs, only vectors of the active model count.
        let counting =
            tables.contains("packs")
            ? "AND (i.pack IS NULL OR i.pack IN (SELECT id FROM packs WHERE model = m.identity))" : ""
        problems += try database.all(
            """
            SELECT c.name FROM characters c JOIN models m ON m.active = 1
            LEFT JOIN prototypes p ON p.character = c.id AND p.model = m.id
            WHERE coalesce(p.count, 0) <> (SELECT count(*) FROM images i WHERE i.character = c.id \(counting))
            """
        ) { "the prototype of \($0.text(0)) is not made of its images; mend it with: aniwho rebuild" }
        if tables.contains("appearances") {
            problems += try database.all(
                """
                SELECT c.name FROM prototypes p JOIN characters c ON c.id = p.character
                JOIN appearances a ON a.character = p.character AND a.model = p.model
                GROUP BY p.character, p.model, c.name, p.count HAVING sum(a.count) <> p.count
                """
            ) { "the appearances of \($0.text(0)) are not made of its images; mend it with: aniwho rebuild" }
        }
        if tables.contains("trash") { problems += try orphans() }
        // The checks below rely on what the checks above have checked.
        guard problems.isEmpty else { return problems }
        problems += try changedVectors()
        if tables.contains("packs") { problems += try changedPacks(digest) }
        // The files in the trash are checked, too.
        let present = Self.kinds.filter { tables.contains($0.kind + "s") }.map { kind in
            (kind, records: records(of: kind.kind))
        }
        var total = 0
        for kind in present { total += try count(kind.records) }
        var done = 0
        for ((kind, hash, name, label), records) in present {
            try database.run(
                """
                SELECT r.\(name), r.\(hash), f.bytes FROM \(records) r LEFT JOIN \(kind)_files f ON f.\(kind) = r.id ORDER BY r.id
                """, reading: .paged
            ) { row in
                if row.isNull(2) {
                    problems.append("the file of \(label) \(row.text(0)) is missing")
                } else if digest(row.blob(2)) != row.text(1) {
                    problems.append("the file of \(label) \(row.text(0)) has changed since it was stored")
                }
                done += 1
                progress(done, total)
            }
        }
        return problems
    }

    /// Descriptions of damaged pages, and of references to rows that are not there. PostgreSQL keeps its pages and references itself.
    private func filesProblems() throws(RegistryError) -> [String] {
        guard database.driver.dialect == .sqlite else { return [] }
        let pages = try database.all("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != Self.whole }
        let tables = Set(try database.all("PRAGMA foreign_key_check") { $0.text(0) }).sorted()
        return pages + tables.map { "the table \($0) refers to rows that do not exist" }
    }

    /// The table of all records of a kind that have files.
    private func records(of kind: String) -> String {
        let table = tables.contains("all_\(kind)s") ? "all_\(kind)s" : "\(kind)s"
        return kind == "image" && tables.contains("packs") ? "(SELECT * FROM \(table) WHERE pack IS NULL)" : table
    }

    /// Descriptions of vectors of cast packs that are missing or have changed.
    private func changedPacks(_ digest: (Data) -> String) throws(RegistryError) -> [String] {
        try database.all(
            """
            SELECT i.id, i.sha256, e.vector FROM all_images i JOIN packs p ON p.id = i.pack
            LEFT JOIN models m ON m.identity = p.model LEFT JOIN embeddings e ON e.image = i.id AND e.model = m.id
            ORDER BY i.id
            """
        ) { row in
            if row.isNull(2) { return "the vector of image \(row.integer(0)) of a cast pack is missing" }
            return digest(row.blob(2)) == row.text(1)
                ? "" : "the vector of image \(row.integer(0)) of a cast pack has changed since it was stored"
        }.filter { !$0.isEmpty }
    }

    /// Descriptions of pictures that are there though their character is in the trash.
    private func orphans() throws(RegistryError) -> [String] {
        try database.all(
            """
            SELECT 'image ' || r.id FROM images r JOIN all_characters c ON c.id = r.character WHERE c.trash IS NOT NULL
            UNION ALL
            SELECT 'rejection ' || r.id FROM rejections r JOIN all_characters c ON c.id = r.character
            WHERE c.trash IS NOT NULL
            """
        ) { "\($0.text(0)) is of a character in the trash" }
    }

    /// A prototype as it is stored.
    private struct StoredPrototype {
        let character: Int64
        let name: String
        let vector: [Float]
        let spread: Double
        let appearances: [Appearance]
    }

    /// The number of prototypes that one query reads.
    private static let page = 1000

    /// Descriptions of the active model's prototypes that are not the mean of their embeddings, because a number in one of them has changed.
    private func changedVectors() throws(RegistryError) -> [String] {
        guard let model = try database.activeModel() else { return [] }
        var problems: [String] = []
        // Both are read in the order of the characters' ids. A page of prototypes is replaced when the embeddings have passed its end.
        var prototypes = try storedPrototypes(of: model, from: 0)
        var next = 0
        try database.forEachSupport(of: model) { character, _, supports throws(RegistryError) in
            while next < prototypes.count, prototypes[next].character < character {
                next += 1
                if next == prototypes.count {
                    prototypes = try storedPrototypes(of: model, from: character)
                    next = 0
                }
            }
            guard next < prototypes.count, prototypes[next].character == character else { return }
            let stored = prototypes[next]
            let prototype = Prototype(mean: supports)
            if prototype?.isNearly(stored.vector, spread: stored.spread) != true {
                problems.append("the prototype of \(stored.name) is not the mean of its images' embeddings")
            } else if !stored.appearances.isEmpty, prototype?.isMean(of: stored.appearances) != true {
                problems.append("the appearances of \(stored.name) together are not the mean of its images' embeddings")
            }
        }
        return problems
    }

    /// A page of a model's prototypes, ordered by character.
    private func storedPrototypes(
        of model: StoredModel, from character: Int64
    ) throws(RegistryError) -> [StoredPrototype] {
        try database.all(
            """
            SELECT p.character, c.name, p.vector, p.spread FROM prototypes p JOIN characters c ON c.id = p.character
            WHERE p.model = $1 AND p.character >= $2 ORDER BY p.character LIMIT \(Self.page)
            """, [.integer(model.id), .integer(character)]
        ) { row throws(RegistryError) in
            StoredPrototype(
                character: row.integer(0), name: row.text(1),
                vector: try row.vector(2, dimensions: model.record.dimensions), spread: row.real(3),
                appearances: tables.contains("appearances")
                    ? try database.appearances(of: row.integer(0), model: model) : [])
        }
    }

    /// The kinds of stored files: the table of records in the singular, its columns of the hash and of what users know a record by, and what
    /// users call the kind.
    private static let kinds: [(kind: String, hash: String, name: String, label: String)] = [
        ("image", "sha256", "id", "image"), ("rejection", "sha256", "id", "rejection"),
        ("unknown", "sha256", "id", "inbox picture"), ("model", "identity", "name", "model"),
        ("classifier", "identity", "name", "classifier"), ("detector", "identity", "name", "detector"),
    ]

    private func summary(of place: DatabasePlace, schema: Int, latest: Int) throws(RegistryError) -> ContentSummary {
        ContentSummary(
            bytes: try size(of: place), schema: schema, latestSchema: latest,
            counts: RegistryCounts(
                characters: try count("characters"), images: try count("images"),
                packImages: tables.contains("packs") ? try count("images", where: "pack IS NOT NULL") : 0,
                models: try count("models"), classifiers: try count("classifiers"), prototypes: try count("prototypes")
            ),
            activeModel: try database.activeModel()?.record.name,
            lastChange: try database.first("SELECT at FROM audit ORDER BY id DESC LIMIT 1") { $0.date(0) })
    }

    /// The size of the database in bytes.
    private func size(of place: DatabasePlace) throws(RegistryError) -> Int {
        switch place {
        case .file(let path):
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
        case .server: try database.first("SELECT pg_database_size(current_database())") { $0.int(0) } ?? 0
        }
    }

    /// The number of rows of a table; 0 when an older schema has no such table.
    private func count(_ table: String, where condition: String = "true") throws(RegistryError) -> Int {
        guard tables.contains(table) else { return 0 }
        return try database.first("SELECT count(*) FROM \(table) WHERE \(condition)") { $0.int(0) } ?? 0
    }
}
