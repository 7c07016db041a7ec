import API
import Registry

extension Services {
    /// Waits until the memory is as new as the database, and as a request asks for.
    /// - Parameter least: the request's header `AniWho-Least-Revision`.
    /// - Throws: `bad_parameter` for another header than a revision; `unauthorized` when the caller's token or session was revoked meanwhile;
    ///   `not_ready` when the registry has no such revision, or the database is away for too long.
    func awaitRevision(_ least: String?, for caller: Caller) async throws {
        // The caller was identified by a memory that may have been out of date.
        if try await registry.awaitCurrency(outage: outage), !isKnown(caller) { throw Authentication.needed }
        guard let least else { return }
        guard let revision = Int64(least), revision >= 0 else {
            throw APIError(.badParameter, "\(RevisionHeader.least) is a revision that an answer named, not “\(least)”")
        }
        if registry.revision < revision { try await registry.reach(revision) }
    }

    private func isKnown(_ caller: Caller) -> Bool {
        switch caller {
        case .token(let name, _, _): registry.hasToken(named: name)
        case .session(let id, _, _): registry.hasSession(id)
        case .user, .guest: true
        }
    }
}

extension Answer {
    /// The answer, which says that it rests on a revision or a later one.
    func resting(on revision: Int64) -> Answer {
        guard case .message(var message) = self else { return self }
        message.headers[RevisionHeader.answered] = String(revision)
        return .message(message)
    }
}
