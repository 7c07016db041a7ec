import API

/// The indexes in memory.
struct MemoryIndexes: Sendable {
    /// The active model's prototypes.
    let prototypes = PrototypeIndex()
    let rejections = RejectionIndex()
    let tokens = SecretIndex<StoredToken>()
    /// The sessions of browsers.
    let sessions = SecretIndex<StoredSession>()
    let revisions = Revisions()

    /// Reads everything at one state of the database.
    func load(from connection: Connection) throws(RegistryError) {
        try connection.snapshot { () throws(RegistryError) in
            let revision = try connection.lastRevision()
            try prototypes.load(from: connection)
            try rejections.load(from: connection)
            try tokens.load(from: connection)
            try sessions.load(from: connection)
            revisions.show(revision)
        }
    }
}

/// What the indexes in memory show as soon as the transaction that changes the database is committed.
///
/// Everything is read inside the transaction: a read that fails takes the change back, and after the commit nothing can fail. So memory
/// never shows a change without those before it.
final class IndexChanges {
    private let database: Connection
    private let indexes: MemoryIndexes
    /// The revision that the indexes show afterwards.
    private var revision: Int64
    /// What this transaction changes.
    private var own: Set<LoggedChange> = []
    /// What other daemons changed before it.
    private var foreign: Set<LoggedChange> = []
    private var edits: [PrototypeIndex.Edit] = []
    private var steps: [() -> Void] = []

    fileprivate init(_ database: Connection, _ indexes: MemoryIndexes) {
        (self.database, self.indexes, revision) = (database, indexes, indexes.revisions.shown)
    }

    /// Shows a character's prototype, and its rejections as they are in the database now.
    func set(character: Int64, name: String, prototype: Prototype?) throws(RegistryError) {
        edits.append(.set(character: character, name: name, prototype: prototype))
        try refreshRejections(of: character)
    }

    /// Shows a character's new name.
    func rename(character: Int64, to name: String) throws(RegistryError) {
        edits.append(.rename(character: character, name: name))
        try refreshRejections(of: character)
    }

    /// Shows that a character is gone.
    func remove(character: Int64) throws(RegistryError) {
        edits.append(.set(character: character, name: "", prototype: nil))
        try refreshRejections(of: character)
    }

    /// Reads the rejections of a character again, after a change of them, of its images or of its name.
    func refreshRejections(of character: Int64) throws(RegistryError) {
        own.insert(LoggedChange(kind: .character, character: character))
        steps.append(try indexes.rejections.refreshing(character: character, from: database))
    }

    /// Reads all of one kind again that the indexes hold, and tells other daemons that it was changed.
    func reload(_ kind: ChangeKind) throws(RegistryError) {
        own.insert(LoggedChange(kind: kind))
        try read(kind)
    }

    /// Tells other daemons of a change of what they keep in memory outside the indexes.
    func note(_ kind: ChangeKind) { own.insert(LoggedChange(kind: kind)) }

    private func read(_ kind: ChangeKind) throws(RegistryError) {
        switch kind {
        case .model:
            try read(.prototypes)
            try read(.rejections)
        case .prototypes: edits.append(try indexes.prototypes.loading(from: database))
        case .rejections: steps.append(try indexes.rejections.loading(from: database))
        case .tokens: steps.append(try indexes.tokens.loading(from: database))
        case .sessions: steps.append(try indexes.sessions.loading(from: database))
        case .character, .proposedModel, .settings, .calibration, .detector, .webhooks, .jobs: break
        }
    }

    /// Reads what other daemons have changed since, inside a transaction.
    fileprivate func catchUp() throws(RegistryError) {
        let last = try database.lastRevision()
        guard last > revision else { return }
        foreign = try database.changes(after: revision)
        let kinds = Set(foreign.map(\.kind))
        if kinds.contains(.model) {
            try read(.model)
        } else {
            for kind in [ChangeKind.prototypes, .rejections] where kinds.contains(kind) { try read(kind) }
        }
        for kind in [ChangeKind.tokens, .sessions] where kinds.contains(kind) { try read(kind) }
        if kinds.isDisjoint(with: [.model, .prototypes]) || kinds.isDisjoint(with: [.model, .rejections]) {
            for character in foreign.compactMap(\.character) { try read(character: character) }
        }
        revision = last
    }

    private func read(character: Int64) throws(RegistryError) {
        edits.append(try database.edit(ofCharacter: character))
        steps.append(try indexes.rejections.refreshing(character: character, from: database))
    }

    /// Writes what this transaction changes to the log.
    fileprivate func log() throws(RegistryError) {
        guard !own.isEmpty else { return }
        revision += 1
        try database.log(own, as: revision)
    }

    fileprivate func show() {
        indexes.prototypes.apply(edits)
        for step in steps { step() }
        indexes.revisions.show(revision)
        indexes.revisions.tell(Set(foreign.map(\.kind)))
    }
}

extension Connection {
    /// What the index of prototypes shows of a character as it is in the database.
    fileprivate func edit(ofCharacter id: Int64) throws(RegistryError) -> PrototypeIndex.Edit {
        guard let model = try activeModel(),
            let name = try first("SELECT name FROM characters WHERE id = $1", [.integer(id)], { $0.text(0) })
        else { return .set(character: id, name: "", prototype: nil) }
        let appearances = try appearances(of: id, model: model)
        let prototype = try first(
            "SELECT vector, count, spread FROM prototypes WHERE character = $1 AND model = $2 AND head = $3",
            [.integer(id), .integer(model.id), .text(Prototype.head)]
        ) { row throws(RegistryError) in
            Prototype(
                vector: try row.vector(0, dimensions: model.record.dimensions), count: row.int(1), spread: row.real(2),
                appearances: appearances)
        }
        return .set(character: id, name: name, prototype: prototype)
    }
}

extension Registry {
    /// Changes the database in one transaction, and then the indexes in memory.
    /// - Parameter body: makes the changes, and says at its end what the indexes are to show of them.
    func change<T>(
        _ body: (Connection, IndexChanges) throws(RegistryError) -> T
    ) throws(RegistryError) -> T {
        let database = try database()
        let changes = IndexChanges(database, indexes)
        let result = try database.transaction { () throws(RegistryError) in
            try changes.catchUp()
            let result = try body(database, changes)
            try changes.log()
            return result
        }
        changes.show()
        return result
    }

    /// The revision of what answers rest on: every change of it, by whatever daemon, has the next one.
    public nonisolated var revision: Int64 { indexes.revisions.shown }

    /// Brings the memory up to date with what other daemons have changed.
    /// - Throws: `databaseAway`; the storage errors.
    public func catchUp() throws(RegistryError) {
        let database = try database()
        let changes = IndexChanges(database, indexes)
        try database.snapshot { () throws(RegistryError) in try changes.catchUp() }
        changes.show()
    }

    /// Makes sure that answers from now on rest on a revision or a later one.
    /// - Throws: `behind` if the database has no such revision; as ``catchUp()``.
    public func reach(_ revision: Int64) throws(RegistryError) {
        if self.revision < revision { try catchUp() }
        guard self.revision >= revision else {
            throw RegistryError(
                .behind,
                "the registry is at revision \(self.revision) and has no revision \(revision) yet; did an answer of this registry name it?"
            )
        }
    }

    /// What other daemons change from now on of what is kept in memory, each time once the indexes show it.
    public nonisolated func foreignChanges() -> AsyncStream<Set<ChangeKind>> { indexes.revisions.foreignChanges() }
}
