import API
import CSQLite
import Foundation

extension RegistryError {
    /// The error for a result code of SQLite.
    /// - Parameters:
    ///   - status: the extended result code.
    ///   - text: SQLite's own message, which names tables and columns but no values.
    ///   - errno: the operating system's error behind it, or 0.
    static func sqlite(_ status: Int32, text: String, errno: Int32, sql: String?) -> RegistryError {
        func error(_ reason: Reason, _ message: String) -> RegistryError {
            RegistryError(reason, "\(message) (SQLite: \(text))", sql: sql, sqliteCode: status)
        }
        if errno == ENOSPC || errno == EDQUOT || status & 0xFF == SQLITE_FULL {
            return RegistryError(
                .storageFull, "the disk is full; nothing was changed. Free some space and try again (SQLite: \(text))",
                sql: sql, sqliteCode: status)
        }
        if errno == EROFS || errno == EACCES || errno == EPERM {
            return error(.storageReadOnly, "the data directory cannot be written; check its permissions")
        }
        switch status & 0xFF {
        case SQLITE_READONLY, SQLITE_PERM:
            return error(
                .storageReadOnly, "the database cannot be written; check the permissions of the data directory")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return error(.storageCorrupt, "the database is damaged or is no registry; restore it from a backup")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return error(.databaseLocked, "another process holds the database; stop it and try again")
        default:
            return error(.storageFailure, "the database failed")
        }
    }
}
