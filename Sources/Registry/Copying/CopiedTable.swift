/// A table that a copy of a registry copies.
struct CopiedTable {
    let name: String
    /// The columns of the primary key.
    let key: [String]
    /// Whether its rows hold files, of which few fit into memory.
    let hasFiles: Bool

    private init(_ name: String, _ key: String..., hasFiles: Bool = false) {
        (self.name, self.key, self.hasFiles) = (name, key, hasFiles)
    }

    /// Whether the table numbers its rows.
    var hasNumbers: Bool { key == ["id"] }

    var isSettings: Bool { name == "settings" }

    /// All tables, each after those that it refers to.
    static let all = [
        CopiedTable("settings", "key"), CopiedTable("audit", "id"), CopiedTable("trash", "id"),
        CopiedTable("models", "id"), CopiedTable("model_files", "model", hasFiles: true),
        CopiedTable("former_models", "place"), CopiedTable("calibrations", "model"),
        CopiedTable("classifiers", "id"), CopiedTable("classifier_files", "classifier", hasFiles: true),
        CopiedTable("detectors", "id"), CopiedTable("detector_files", "detector", hasFiles: true),
        CopiedTable("packs", "id"), CopiedTable("all_characters", "id"),
        CopiedTable("all_character_tags", "character", "tag"), CopiedTable("all_aliases", "character", "name"),
        CopiedTable("pack_writings", "character", "kind", "text"), CopiedTable("all_images", "id"),
        CopiedTable("image_files", "image", hasFiles: true), CopiedTable("all_rejections", "id"),
        CopiedTable("rejection_files", "rejection", hasFiles: true), CopiedTable("all_unknowns", "id"),
        CopiedTable("unknown_files", "unknown", hasFiles: true), CopiedTable("moved_images", "trash", "image"),
        CopiedTable("moved_rejections", "trash", "rejection"), CopiedTable("embeddings", "image", "model"),
        CopiedTable("rejection_embeddings", "rejection", "model"),
        CopiedTable("unknown_embeddings", "unknown", "model"),
        CopiedTable("prototypes", "character", "model", "head"),
        CopiedTable("appearances", "character", "model", "number"), CopiedTable("jobs", "id"),
        CopiedTable("job_keys", "asked_by", "key"), CopiedTable("tokens", "id"), CopiedTable("sessions", "id"),
        CopiedTable("webhooks", "id"), CopiedTable("webhook_deliveries", "id"),
        CopiedTable("changes", "revision", "number"),
    ]

    /// The most rows that are read at a time.
    private var page: Int { hasFiles ? 8 : 1000 }

    /// A row: its values in the order of the columns.
    typealias CopiedRow = [SQLValue]

    /// Reads the rows after one, in the order of the key.
    /// - Parameters:
    ///   - columns: of the table, in any order.
    ///   - last: the key of that row; nil for the first rows.
    func rows(
        after last: [SQLValue]?, _ columns: [String], in database: Connection
    ) throws(RegistryError) -> [CopiedRow] {
        let list = key.joined(separator: ", ")
        let places = key.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return try database.all(
            """
            SELECT \(columns.joined(separator: ", ")) FROM \(name) \(last == nil ? "" : "WHERE (\(list)) > (\(places))")
            ORDER BY \(list) LIMIT \(page)
            """, last ?? []
        ) { row in columns.indices.map { row.value(Int32($0)) } }
    }

    /// The key of a row.
    func key(of row: CopiedRow, _ columns: [String]) -> [SQLValue] {
        key.compactMap { name in columns.firstIndex(of: name).map { row[$0] } }
    }

    /// The key of the last row; nil if there is none.
    func lastKey(in database: Connection) throws(RegistryError) -> [SQLValue]? {
        let order = key.map { "\($0) DESC" }.joined(separator: ", ")
        return try database.first("SELECT \(key.joined(separator: ", ")) FROM \(name) ORDER BY \(order) LIMIT 1") {
            row in
            key.indices.map { row.value(Int32($0)) }
        }
    }

    func insert(_ rows: [CopiedRow], _ columns: [String], into database: Connection) throws(RegistryError) {
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let sql = "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(places))"
        for row in rows { try database.run(sql, row) }
    }

    func count(in database: Connection) throws(RegistryError) -> Int {
        try database.first("SELECT count(*) FROM \(name)") { $0.int(0) } ?? 0
    }
}
