import CPostgreSQL
import Foundation

/// What several processes agree on through the database: advisory locks, and notices.
extension PostgreSQLDriver {
    /// The number of the advisory lock that daemons share, and that a copy of the registry takes alone.
    private static var daemonLock: Int64 { changeLock + 1 }

    /// The channel on which daemons learn of changes.
    static var channel: String { "aniwho_changes" }

    func hold(_ hold: RegistryHold) throws(RegistryError) {
        held = hold
        switch hold {
        case .shared:
            guard try asks("pg_try_advisory_lock_shared(\(Self.daemonLock))") else {
                throw RegistryError(
                    .databaseLocked,
                    "the registry in \(address.shown) is being copied or brought to another version; try again when that has ended"
                )
            }
        case .alone:
            guard try asks("pg_try_advisory_lock(\(Self.daemonLock))") else {
                throw RegistryError(
                    .databaseLocked,
                    "a daemon serves \(address.shown); stop all its daemons, or choose another database")
            }
        }
    }

    func excludeDaemons() throws(RegistryError) {
        guard try asks("pg_try_advisory_xact_lock(\(Self.daemonLock))") else {
            throw RegistryError(
                .databaseLocked,
                "daemons of an earlier version serve \(address.shown), which this version must change first; stop them all, then start this one"
            )
        }
    }

    func notifyOthers(of revision: Int64) throws(RegistryError) {
        try execute("NOTIFY \(Self.channel), '\(revision)'")
    }

    func tryLock(_ lock: DatabaseLock) throws(RegistryError) -> Bool {
        try beginning { () throws(RegistryError) in
            try asks("pg_try_advisory_lock(\(Self.changeLock + lock.rawValue))")
        }
    }

    func unlock(_ lock: DatabaseLock) throws(RegistryError) {
        _ = try asks("pg_advisory_unlock(\(Self.changeLock + lock.rawValue))")
    }

    /// What a function that says yes or no answers.
    private func asks(_ call: String) throws(RegistryError) -> Bool {
        let result = unsafe PostgreSQLResult(PQexecParams(handle, "SELECT \(call)", 0, nil, nil, nil, nil, 1))
        guard result.isSuccess else { throw failure(result, sql: nil) }
        return PostgreSQLRows(result).integer(0) == 1
    }

    /// Waits for a notice of another daemon, and forgets it: it only wakes.
    /// - Parameters:
    ///   - signal: ends the waiting, too.
    ///   - time: the longest waiting.
    /// - Throws: `databaseAway` when the connection is lost.
    func waitForNotice(orUntil signal: WakeSignal, atMost time: Duration) throws(RegistryError) {
        // One that came with the answer to a statement has been read from the socket already.
        guard !forgetNotices() else { return }
        signal.wait(for: unsafe PQsocket(handle), atMost: time)
        guard unsafe PQconsumeInput(handle) == 1 else { throw connectionError() }
        forgetNotices()
    }

    /// - Returns: whether there was one.
    @discardableResult
    private func forgetNotices() -> Bool {
        var hadOne = false
        while let notice = unsafe PQnotifies(handle) {
            unsafe PQfreemem(notice)
            hadOne = true
        }
        return hadOne
    }
}
