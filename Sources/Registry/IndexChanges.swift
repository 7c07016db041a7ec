/// What the indexes in memory show as soon as the transaction that changes the database is committed.
///
/// Everything is read inside the transaction: a read that fails takes the change back, and after the commit nothing can fail. So memory
/// never lags behind the database.
final class IndexChanges {
    private let (database, prototypes, rejections): (Connection, PrototypeIndex, RejectionIndex)
    private let (tokens, sessions): (SecretIndex<StoredToken>, SecretIndex<StoredSession>)
    private var steps: [() -> Void] = []

    fileprivate init(
        _ database: Connection, _ prototypes: PrototypeIndex, _ rejections: RejectionIndex,
        _ tokens: SecretIndex<StoredToken>, _ sessions: SecretIndex<StoredSession>
    ) {
        (self.database, self.prototypes, self.rejections) = (database, prototypes, rejections)
        (self.tokens, self.sessions) = (tokens, sessions)
    }

    /// Shows a character's prototype, and its rejections as they are in the database now.
    func set(character: Int64, name: String, prototype: Prototype?) throws(RegistryError) {
        steps.append { [prototypes] in prototypes.set(character: character, name: name, prototype: prototype) }
        try refreshRejections(of: character)
    }

    /// Shows a character's new name.
    func rename(character: Int64, to name: String) throws(RegistryError) {
        steps.append { [prototypes] in prototypes.rename(character: character, to: name) }
        try refreshRejections(of: character)
    }

    /// Shows that a character is gone.
    func remove(character: Int64) throws(RegistryError) {
        steps.append { [prototypes] in prototypes.remove(character: character) }
        try refreshRejections(of: character)
    }

    /// Reads the rejections of a character again, after a change of them, of its images or of its name.
    func refreshRejections(of character: Int64) throws(RegistryError) {
        steps.append(try rejections.refreshing(character: character, from: database))
    }

    /// Reads all prototypes again.
    func reloadPrototypes() throws(RegistryError) { steps.append(try prototypes.loading(from: database)) }

    /// Reads all rejections again.
    func reloadRejections() throws(RegistryError) { steps.append(try rejections.loading(from: database)) }

    /// Reads all tokens again.
    func reloadTokens() throws(RegistryError) { steps.append(try tokens.loading(from: database)) }

    /// Reads all sessions again.
    func reloadSessions() throws(RegistryError) { steps.append(try sessions.loading(from: database)) }

    fileprivate func show() { for step in steps { step() } }
}

extension Registry {
    /// Changes the database in one transaction, and then the indexes in memory.
    /// - Parameter body: makes the changes, and says at its end what the indexes are to show of them.
    func change<T>(
        _ body: (Connection, IndexChanges) throws(RegistryError) -> T
    ) throws(RegistryError) -> T {
        let database = try database()
        let changes = IndexChanges(database, index, rejectionIndex, tokenIndex, sessionIndex)
        let result = try database.transaction { () throws(RegistryError) in try body(database, changes) }
        changes.show()
        return result
    }
}
