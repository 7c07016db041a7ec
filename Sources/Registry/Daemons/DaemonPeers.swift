public import API
import Foundation
import Synchronization

/// The daemons that serve the database of a registry, this one among them, and how well this one is in touch with the database.
final class DaemonPeers: Sendable {
    private struct State {
        /// When the database last said which revision is the last, and which.
        var confirmed: (at: ContinuousClock.Instant, revision: Int64)?
        /// Why the database cannot be asked now.
        var failure: RegistryError?
        var records: [DaemonRecord] = []
        var prepared: String?
        var follower: DatabaseFollower?
    }

    let identity: DaemonIdentity
    private let state = Mutex(State())

    init(_ identity: DaemonIdentity) { self.identity = identity }

    func begin(_ follower: DatabaseFollower) { state.withLock { $0.follower = follower } }

    func stop() async { await state.withLock { $0.follower }?.stop() }

    /// The model that this daemon has loaded to answer with next.
    var prepared: String? { state.withLock { $0.prepared } }

    func prepare(_ model: String?) {
        let follower = state.withLock { state in
            state.prepared = model
            return state.follower
        }
        follower?.beatNow()
    }

    func confirm(_ revision: Int64, at time: ContinuousClock.Instant) {
        state.withLock { ($0.confirmed, $0.failure) = ((time, revision), nil) }
    }

    func note(_ failure: RegistryError) { state.withLock { $0.failure = failure } }

    func note(_ records: [DaemonRecord]) { state.withLock { $0.records = records } }

    /// The daemons that live; none without a database on a server.
    var live: [DaemonRecord] { state.withLock { $0.records.filter(\.isLive) } }

    /// How well this daemon knows the database.
    enum Contact {
        /// It knows everything up to at most a second ago.
        case current
        /// It will know in a moment.
        case behind
        /// The database was last heard so long ago, at least a second or, with an error, at all.
        case silent(Duration, RegistryError?)
    }

    /// - Parameter shown: the revision that the indexes show; nil without a database on a server.
    func contact(showing shown: Int64) -> Contact {
        state.withLock { state in
            guard state.follower != nil, let confirmed = state.confirmed else { return .current }
            let age = ContinuousClock.now - confirmed.at
            if state.failure != nil || age >= .seconds(1) { return .silent(age, state.failure) }
            return confirmed.revision <= shown ? .current : .behind
        }
    }
}

extension Registry {
    /// A daemon that was not seen for so long counts as gone: others take its jobs over.
    public static var lease: Duration { .seconds(10) }

    /// Begins to follow what other daemons change; does nothing for a file, which one daemon serves.
    /// - Throws: `databaseAway`, `databaseUnfit`; the storage errors.
    public func follow(version: String) throws(RegistryError) {
        guard case .server(let address) = place else { return }
        let follower = DatabaseFollower(address, version: version, peers: peers, revisions: indexes.revisions) {
            [weak self] in try await self?.catchUp()
        }
        try follower.start()
        peers.begin(follower)
    }

    /// The daemons that live, this one among them; none if the registry is a file.
    public nonisolated var liveDaemons: [DaemonRecord] { peers.live }

    /// All daemons that serve the database, as it knows them; none if the registry is a file.
    public nonisolated func daemons() async throws(RegistryError) -> [DaemonRecord] {
        try await readers.short { database throws(RegistryError) in try database.daemons() }
    }

    /// Whether this daemon does what one of several has to do: it has lived longest.
    public nonisolated var isLeader: Bool {
        guard let first = peers.live.first else { return true }
        return first.id == identity.id
    }

    /// The number of this daemon among those of one database.
    public nonisolated var daemonID: String { identity.id }

    /// Does what one daemon of a database does at a time, once no other one does it.
    public nonisolated func calibrating<T: Sendable>(
        _ work: @Sendable () async throws -> T
    ) async throws -> T {
        while !(try await tryLock(.calibration)) { try await Task.sleep(for: .milliseconds(100)) }
        do {
            let result = try await work()
            await unlock(.calibration)
            return result
        } catch {
            await unlock(.calibration)
            throw error
        }
    }

    private func tryLock(_ lock: DatabaseLock) throws(RegistryError) -> Bool { try database().driver.tryLock(lock) }

    /// If it fails, the connection is lost, and the lock with it.
    private func unlock(_ lock: DatabaseLock) { try? database().driver.unlock(lock) }

    private static func silent(_ age: Duration) -> RegistryError {
        RegistryError(
            .databaseAway,
            "the database has not answered for \(age.components.seconds) s; look whether it can be reached")
    }

    /// Whether the database is away, so that only the memory answers.
    public nonisolated var isAway: Bool { if case .silent = peers.contact(showing: revision) { true } else { false } }

    /// Tells other daemons which model this one has loaded to answer with next.
    public nonisolated func tell(prepared model: String?) { peers.prepare(model) }

    /// Waits until the memory shows what the database held at most a second ago.
    /// - Parameter outage: for how long after the last contact answers may rest on memory alone.
    /// - Returns: whether the memory may have changed by that: what was read of it before may be out of date.
    /// - Throws: `databaseAway` when the database is away for longer.
    public nonisolated func awaitCurrency(outage: Duration) async throws(RegistryError) -> Bool {
        let start = ContinuousClock.now
        var waited = false
        while true {
            switch peers.contact(showing: revision) {
            case .current: return waited
            case .silent(let age, let failure) where failure != nil || ContinuousClock.now - start > .seconds(1):
                guard age > outage else { return waited }
                throw failure ?? Self.silent(age)
            case .behind where ContinuousClock.now - start > .seconds(1): return waited
            case .silent, .behind:
                waited = true
                // Nobody waits for the answer any more.
                guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return waited }
            }
        }
    }

    /// Whether the memory shows what the database holds.
    /// - Throws: `databaseAway` when it is away; `behind` when it does not.
    public nonisolated func checkIsCurrent() throws(RegistryError) {
        switch peers.contact(showing: revision) {
        case .current: return
        case .silent(let age, let failure): throw failure ?? Self.silent(age)
        case .behind:
            throw RegistryError(.behind, "the memory does not show the latest changes yet; try again in a moment")
        }
    }
}

extension Connection {
    /// The daemons, the one that has lived longest first.
    func daemons() throws(RegistryError) -> [DaemonRecord] {
        let now = driver.dialect.now
        return try all(
            """
            SELECT id, name, version, started_at, \(now) - seen_at, revision, prepared FROM daemons
            ORDER BY started_at, id
            """
        ) { row in
            let silence = Double(row.integer(4)) / 1000
            return DaemonRecord(
                id: row.text(0), name: row.text(1), version: row.text(2), startedAt: row.date(3),
                silentSeconds: max(0, silence), revision: row.integer(5), prepared: row.isNull(6) ? nil : row.text(6),
                isLive: silence < Double(Registry.lease.components.seconds))
        }
    }
}
