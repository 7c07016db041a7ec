import API
import Foundation

/// Where a PostgreSQL database is, in any form that libpq takes.
struct PostgreSQLAddress: Sendable, Equatable {
    /// A URL, `postgresql://…`.
    let text: String

    /// Whether a text is such an address.
    static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// - Throws: `databaseUnfit` for another text.
    init(validating text: String) throws(RegistryError) {
        guard Self.isAddress(text) else {
            throw RegistryError(
                .databaseUnfit, "“\(text)” is no address of a database; write postgresql://USER@HOST:PORT/DATABASE")
        }
        self.init(text: text)
    }

    init(text: String) { self.text = text }

    /// The address without its password and its options, for messages.
    var shown: String {
        var shown = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        if let at = shown.lastIndex(of: "@"), let scheme = shown.range(of: "://"),
            let colon = shown[scheme.upperBound..<at].firstIndex(of: ":")
        {
            shown.removeSubrange(colon..<at)
        }
        return String(shown)
    }
}

extension RegistryError {
    /// The error for a connection that cannot be made or was lost.
    /// - Parameter text: libpq's message.
    static func postgreSQL(connecting text: String, address: PostgreSQLAddress) -> RegistryError {
        func error(_ reason: Reason, _ advice: String) -> RegistryError {
            RegistryError(reason, "cannot use \(address.shown): \(advice) (PostgreSQL: \(text.oneLine))")
        }
        // libpq gives no code for a connection that was refused, only the server's message.
        if text.contains("authentication failed") || text.contains("no password supplied") {
            return error(
                .databaseUnfit,
                "the user or the password is wrong; put the password into the file that PGPASSFILE names")
        }
        if text.contains("does not exist") {
            return error(.databaseUnfit, "there is no such database or user; create them with createuser and createdb")
        }
        if text.contains("pg_hba.conf") {
            return error(.databaseUnfit, "the server does not admit this user from this machine; see its pg_hba.conf")
        }
        if text.contains("invalid URI") || text.contains("invalid connection option") || text.contains("invalid port") {
            return error(.databaseUnfit, "that is no address; write postgresql://USER@HOST:PORT/DATABASE")
        }
        return error(.databaseAway, "it does not answer; look whether it runs and can be reached, and try again")
    }

    /// The error for a statement that failed.
    /// - Parameters:
    ///   - state: SQLSTATE.
    ///   - text: the server's message.
    static func postgreSQL(
        state: String, text: String, address: PostgreSQLAddress, sql: String?
    ) -> RegistryError {
        func error(_ reason: Reason, _ message: String) -> RegistryError {
            RegistryError(reason, "\(message) (PostgreSQL: \(text.oneLine))", sql: sql)
        }
        switch state {
        case "53100":
            return RegistryError(
                .storageFull,
                "the disk of the database is full; nothing was changed. Free some space and try again (PostgreSQL: \(text.oneLine))",
                sql: sql)
        case "25006":
            return error(
                .storageReadOnly,
                "\(address.shown) takes no changes: it is a standby in recovery, or is set to read only; use the primary server"
            )
        case "42501", "3F000":
            return error(
                .storageReadOnly,
                "the user of \(address.shown) lacks rights; as its owner: GRANT CREATE ON DATABASE … TO …, or let the user own the schema \(PostgreSQLDriver.schema)"
            )
        case "57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006":
            return error(.databaseAway, "\(address.shown) was shut down or does not answer; try again")
        case "40001", "40P01", "55P03":
            return error(.databaseLocked, "another connection held what the statement needed; try again")
        case "XX001", "XX002":
            return error(.storageCorrupt, "the database is damaged; restore it from a backup")
        default:
            return error(.storageFailure, "the database failed")
        }
    }
}

extension String {
    /// The text with single spaces for line breaks and tabs.
    fileprivate var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
