import CSQLite

/// Copying a whole database with SQLite's backup interface.
extension SQLiteDriver {
    /// Copies this database, as it is when the copying begins, to an empty one. Other connections can write to this one meanwhile.
    ///
    /// A read transaction keeps the state of the beginning. Without it, every change would make SQLite start again, and the copy of a busy
    /// registry would never end. With it, the write-ahead log grows by all that is written meanwhile.
    /// - Parameters:
    ///   - pages: the number of pages to copy between two reports.
    ///   - progress: gets the number of pages copied and of all pages; returns whether to go on.
    /// - Throws: `interrupted` when `progress` returns false; the storage errors.
    func copy(
        to copy: SQLiteDriver, pages: Int32, progress: (_ done: Int, _ total: Int) -> Bool
    ) throws(RegistryError) {
        try execute("BEGIN")
        defer { try? execute("ROLLBACK") }
        // The transaction has its state from its first reading on.
        try execute("SELECT count(*) FROM sqlite_schema")
        guard let backup = unsafe sqlite3_backup_init(copy.handle, "main", handle, "main") else {
            throw unsafe Self.failure(sqlite3_extended_errcode(copy.handle), of: copy.handle, sql: nil)
        }
        var status = SQLITE_OK
        var goesOn = true
        while status == SQLITE_OK, goesOn {
            status = unsafe sqlite3_backup_step(backup, pages)
            let (total, left) = unsafe (sqlite3_backup_pagecount(backup), sqlite3_backup_remaining(backup))
            goesOn = progress(Int(total - left), Int(total))
        }
        let end = unsafe sqlite3_backup_finish(backup)
        guard status == SQLITE_DONE else {
            if status == SQLITE_OK { throw RegistryError(.interrupted, "the backup was stopped before its end") }
            throw unsafe Self.failure(status, of: copy.handle, sql: nil)
        }
        guard end == SQLITE_OK else { throw unsafe Self.failure(end, of: copy.handle, sql: nil) }
    }
}
