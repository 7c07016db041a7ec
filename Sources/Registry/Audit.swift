public import API
public import Foundation

/// The log of changes: one row a change, written in the transaction of the change.
public protocol AuditStore: Sendable {
    /// The latest changes, newest first.
    /// - Parameters:
    ///   - since: only changes of this moment or later, by the clock of the change.
    ///   - before: only changes before the one of this number, which is the last of the page before.
    /// - Throws: `storageCorrupt` when the particulars of a change cannot be read.
    func audit(limit: Int, since: Date?, before: Int64?) async throws(RegistryError) -> [AuditEntry]

    /// Records that a backup was written. A backup changes nothing here, but its file holds everything.
    func recordBackup(file: String, bytes: Int) async throws(RegistryError)

    /// Records that a bundle was written. It changes nothing here, but its folder holds all pictures.
    func recordBundle(_ bundle: WrittenBundle) async throws(RegistryError)

    /// When the last backup was recorded; nil if none was.
    func lastBackup() async throws(RegistryError) -> Date?

    /// The latest change of a kind by somebody; nil if there is none.
    func lastChange(_ action: String, by who: String) async throws(RegistryError) -> AuditEntry?
}

extension Registry: AuditStore {
    public func audit(
        limit: Int, since: Date? = nil, before: Int64? = nil
    ) throws(RegistryError) -> [AuditEntry] {
        let bounds: [SQLValue] = [.integer(before ?? .max), .integer(max(0, limit))]
        guard let since else { return try database().all(AuditEntry.latest, bounds, AuditEntry.init(row:)) }
        return try database().all(AuditEntry.latestSince, bounds + [.time(since)], AuditEntry.init(row:))
    }

    public func recordBackup(file: String, bytes: Int) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.record("backup.write", subject: file, detail: ["bytes": bytes])
        }
    }

    public func recordBundle(_ bundle: WrittenBundle) throws(RegistryError) {
        let database = try database()
        try database.transaction { () throws(RegistryError) in
            try database.record(
                "bundle.write", subject: bundle.folder,
                detail: [
                    "bytes": bundle.bytes, "characters": bundle.characters, "images": bundle.images,
                    "left_out": bundle.leftOut, "rejections": bundle.rejections, "vectors": bundle.vectors,
                ])
        }
    }

    public func lastBackup() throws(RegistryError) -> Date? {
        try database().first(AuditEntry.lastBackup) { $0.date(0) }
    }
}

extension Registry {
    public func lastChange(_ action: String, by who: String) throws(RegistryError) -> AuditEntry? {
        try database().first(AuditEntry.lastOfKind, [.text(action), .text(who)], AuditEntry.init(row:))
    }
}

extension AuditEntry {
    /// Before a number, at most so many.
    static let latest = "SELECT id, at, who, action, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2"

    /// The same, at a time or later. The index on the times finds the first such change, so that a page ends there and older changes are
    /// not read. A clock that was set back makes the times differ from the order of the numbers.
    static let latestSince = """
        SELECT id, at, who, action, subject, detail FROM audit WHERE id < $1 AND at >= $3
            AND id >= (SELECT min(id) FROM audit INDEXED BY audit_by_time WHERE at >= $3)
        ORDER BY id DESC LIMIT $2
        """

    static let lastOfKind = """
        SELECT id, at, who, action, subject, detail FROM audit WHERE action = $1 AND who = $2 ORDER BY id DESC LIMIT 1
        """

    static let lastBackup = "SELECT at FROM audit WHERE action = 'backup.write' ORDER BY id DESC LIMIT 1"

    /// - Throws: `storageCorrupt` when the particulars cannot be read.
    fileprivate init(row: Row) throws(RegistryError) {
        let (id, detail) = (row.integer(0), Data(row.text(5).utf8))
        guard let detail = try? JSON.decode(JSONValue.self, from: detail) else {
            throw RegistryError(
                .storageCorrupt, "the particulars of change \(id) in the audit log are damaged; restore a backup")
        }
        self.init(
            id: id, at: row.date(1), who: row.text(2), action: row.text(3), subject: row.text(4), detail: detail)
    }
}

extension Connection {
    /// Adds the audit row of a change to the change's transaction.
    /// - Parameter detail: numbers and texts, stored as a JSON object.
    func record(_ action: String, subject: String, detail: [String: any AuditValue] = [:]) throws(RegistryError) {
        precondition(isInTransaction, "an audit row belongs to the transaction of its change")
        let fields = detail.sorted { $0.key < $1.key }.map { "\($0.key.jsonLiteral):\($0.value.jsonLiteral)" }
        try run(
            "INSERT INTO audit (at, who, action, subject, detail) VALUES ($1, $2, $3, $4, $5)",
            [
                .time(Date()), .text(Registry.author), .text(action), .text(subject),
                .text("{" + fields.joined(separator: ",") + "}"),
            ])
    }
}

/// A value in the particulars of a change.
protocol AuditValue {
    /// The value as JSON.
    var jsonLiteral: String { get }
}

extension [String] {
    /// The texts as a JSON array.
    var jsonLiteral: String { "[" + map(\.jsonLiteral).joined(separator: ",") + "]" }

    /// Reads a JSON array of texts; nil for anything else.
    init?(jsonLiteral: String) {
        guard let texts = try? JSONDecoder().decode([String].self, from: Data(jsonLiteral.utf8)) else { return nil }
        self = texts
    }
}

extension Int: AuditValue {
    var jsonLiteral: String { String(self) }
}

extension Int64: AuditValue {
    var jsonLiteral: String { String(self) }
}

extension String: AuditValue {
    var jsonLiteral: String {
        var literal = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
