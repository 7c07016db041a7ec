import API
import Foundation
import Synchronization

/// Listens for the changes of other daemons, on a connection and a thread of its own, and says there that this daemon lives.
///
/// A notice only wakes it: twice a second it asks for the last revision in any case, so that a lost notice costs half a second.
final class DatabaseFollower: Sendable {
    private let address: PostgreSQLAddress
    private let version: String
    private let peers: DaemonPeers
    private let revisions: Revisions
    private let catchUp: @Sendable () async throws -> Void
    private let signal = WakeSignal()
    private let isCatchingUp = Atomic(false)
    private let isStopping = Atomic(false)
    private let wantsBeat = Atomic(false)
    private let ended = AsyncStream.makeStream(of: Void.self)

    /// The time between two questions for the last revision, and between two signs of life.
    private static let (pause, beat) = (Duration.milliseconds(500), Duration.seconds(2))
    /// Daemons that were not seen for so many milliseconds are forgotten.
    private static let memory = 86_400_000

    /// - Parameter catchUp: brings the memory up to date.
    init(
        _ address: PostgreSQLAddress, version: String, peers: DaemonPeers, revisions: Revisions,
        catchUp: @escaping @Sendable () async throws -> Void
    ) {
        (self.address, self.version, self.peers, self.revisions) = (address, version, peers, revisions)
        self.catchUp = catchUp
    }

    /// Gives a first sign of life, and begins to listen.
    /// - Throws: `databaseAway`, `databaseUnfit`; the storage errors.
    func start() throws(RegistryError) {
        let first = Session(try PostgreSQLDriver(address))
        // An earlier life of this daemon, which may have ended a moment ago.
        try first.connection.run("DELETE FROM daemons WHERE id = $1", [.text(peers.identity.id)])
        try look(first)
        Thread.detachNewThread { [self] in
            run()
            ended.continuation.finish()
        }
    }

    /// Ends, and tells the other daemons that this one is gone.
    func stop() async {
        isStopping.store(true, ordering: .releasing)
        signal.raise()
        for await _ in ended.stream {}
    }

    /// Gives a sign of life at once.
    func beatNow() {
        wantsBeat.store(true, ordering: .releasing)
        signal.raise()
    }

    /// A connection that listens.
    private final class Session {
        let driver: PostgreSQLDriver
        let connection: Connection
        /// The driver's generation in which it listens.
        var listening: Int?
        var beaten: ContinuousClock.Instant?

        init(_ driver: PostgreSQLDriver) { (self.driver, connection) = (driver, Connection(driver)) }
    }

    private func run() {
        var session: Session?
        while !isStopping.load(ordering: .acquiring) {
            do throws(RegistryError) {
                let current = if let session { session } else { Session(try PostgreSQLDriver(address)) }
                session = current
                try look(current)
                try current.driver.waitForNotice(orUntil: signal, atMost: Self.pause)
            } catch {
                session = nil
                peers.note(error)
                signal.wait(atMost: Self.pause)
            }
        }
        try? session?.connection.run("DELETE FROM daemons WHERE id = $1", [.text(peers.identity.id)])
    }

    private func look(_ session: Session) throws(RegistryError) {
        let (connection, driver) = (session.connection, session.driver)
        if session.listening != driver.generation {
            try driver.execute("LISTEN \(PostgreSQLDriver.channel)")
            session.listening = driver.generation
        }
        let now = ContinuousClock.now
        let last = try connection.lastRevision()
        let isAsked = wantsBeat.exchange(false, ordering: .acquiringAndReleasing)
        if isAsked || session.beaten.map({ now - $0 >= Self.beat }) ?? true {
            try beat(connection)
            session.beaten = now
        }
        // The connection may have been lost and made again within this look; then it does not listen.
        guard session.listening == driver.generation else { return }
        peers.confirm(last, at: now)
        if last > revisions.shown { startCatchingUp() }
    }

    private func beat(_ connection: Connection) throws(RegistryError) {
        let now = connection.driver.dialect.now
        try connection.run(
            """
            INSERT INTO daemons (id, name, version, started_at, seen_at, revision, prepared)
            VALUES ($1, $2, $3, \(now), \(now), $4, $5)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version, seen_at = excluded.seen_at,
                revision = excluded.revision, prepared = excluded.prepared
            """,
            [
                .text(peers.identity.id), .text(peers.identity.name), .text(version), .integer(revisions.shown),
                peers.prepared.map { .text($0) } ?? .null,
            ])
        try connection.run("DELETE FROM daemons WHERE seen_at < \(now) - $1", [.integer(Self.memory)])
        peers.note(try connection.daemons())
    }

    private func startCatchingUp() {
        guard !isCatchingUp.exchange(true, ordering: .acquiringAndReleasing) else { return }
        Task { [self] in
            // An error is one of the database, which the next look meets too.
            try? await catchUp()
            isCatchingUp.store(false, ordering: .releasing)
            signal.raise()
        }
    }
}
