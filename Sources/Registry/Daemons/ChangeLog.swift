/// What a transaction changed of what daemons keep in memory.
public enum ChangeKind: String, Sendable, CaseIterable {
    /// One character: its prototype, name or rejections.
    case character
    /// All prototypes.
    case prototypes
    /// All rejections.
    case rejections
    case tokens
    case sessions
    /// The model that answers, and with it all prototypes and rejections.
    case model
    /// The model that is to answer next.
    case proposedModel = "proposed-model"
    case settings
    case calibration
    case detector
    case webhooks
    /// Jobs were queued, cancelled or taken over.
    case jobs
}

/// One change of the log.
struct LoggedChange: Hashable {
    let kind: ChangeKind
    /// Of kind `character`.
    var character: Int64?
}

/// The log of changes in the database. Every transaction that changes what answers rest on has a revision: one more than the last.
extension Connection {
    /// So many revisions are kept. A daemon that is further behind reads everything again.
    private static var mostRevisions: Int64 { 10_000 }

    /// The last revision; 0 before the first.
    func lastRevision() throws(RegistryError) -> Int64 {
        try first("SELECT coalesce(max(revision), 0) FROM changes") { $0.integer(0) } ?? 0
    }

    /// The changes after a revision, without doubles.
    /// - Returns: every kind of change if the log does not go back that far.
    func changes(after revision: Int64) throws(RegistryError) -> Set<LoggedChange> {
        let oldest = try first("SELECT min(revision) FROM changes") { $0.isNull(0) ? nil : $0.integer(0) } ?? nil
        guard let oldest, oldest <= revision + 1 else {
            return Set(ChangeKind.allCases.filter { $0 != .character }.map { LoggedChange(kind: $0) })
        }
        let rows = try all("SELECT DISTINCT kind, character FROM changes WHERE revision > $1", [.integer(revision)]) {
            (kind: $0.text(0), character: $0.isNull(1) ? nil : $0.integer(1))
        }
        // A kind that only a newer version knows is nothing that this one keeps in memory.
        return Set(
            rows.compactMap { row in ChangeKind(rawValue: row.kind).map { .init(kind: $0, character: row.character) } })
    }

    /// Appends changes to the log, inside their transaction, and wakes the daemons when it is committed.
    func log(_ changes: Set<LoggedChange>, as revision: Int64) throws(RegistryError) {
        for (number, change) in changes.enumerated() {
            try run(
                "INSERT INTO changes (revision, number, kind, character) VALUES ($1, $2, $3, $4)",
                [
                    .integer(revision), .integer(number), .text(change.kind.rawValue),
                    change.character.map { .integer($0) } ?? .null,
                ])
        }
        try run("DELETE FROM changes WHERE revision <= $1", [.integer(revision - Self.mostRevisions)])
        try driver.notifyOthers(of: revision)
    }
}
