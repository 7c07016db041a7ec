import Foundation
import Synchronization

/// Connections that only read, for what answers need. They never wait for a change, and read the state after the last completed one.
///
/// Short and long readings have connections of their own, so that an answer never waits for a long reading. Readings of one connection take
/// turns in the order in which they were asked for: a request that reads for one picture after another lets the others in between.
final class ReadingConnections: Sendable {
    private let shortOnes: [ReadingConnection]
    private let longOnes: [ReadingConnection]
    private let asked = Atomic(0)

    /// - Parameter place: of the database, migrated.
    init(_ place: DatabasePlace) throws(RegistryError) {
        // More threads than a part of the cores would take time from the answers that are short.
        let each = min(4, max(1, ProcessInfo.processInfo.activeProcessorCount / 4))
        (shortOnes, longOnes) = (
            try Self.connections(each, to: place, for: "short"), try Self.connections(each, to: place, for: "long")
        )
    }

    private static func connections(
        _ count: Int, to place: DatabasePlace, for purpose: String
    ) throws(RegistryError) -> [ReadingConnection] {
        var connections: [ReadingConnection] = []
        for number in 0..<count {
            connections.append(try ReadingConnection(place, label: "aniwho.read.\(purpose).\(number)"))
        }
        return connections
    }

    /// How many long readings go on at a time.
    var longCount: Int { longOnes.count }

    /// Reads what takes about a millisecond.
    func short<T: Sendable>(
        _ body: @Sendable (Connection) throws(RegistryError) -> T
    ) async throws(RegistryError) -> T { try await next(of: shortOnes).read(body) }

    /// Reads what may take long.
    func long<T: Sendable>(
        _ body: @Sendable (Connection) throws(RegistryError) -> T
    ) async throws(RegistryError) -> T { try await next(of: longOnes).read(body) }

    private func next(of connections: [ReadingConnection]) -> ReadingConnection {
        let number = asked.wrappingAdd(1, ordering: .relaxed).oldValue
        return connections[Int(UInt(bitPattern: number) % UInt(connections.count))]
    }

    func close() async { for connection in shortOnes + longOnes { await connection.close() } }
}

/// A connection that only reads, on a queue of its own.
private actor ReadingConnection {
    private nonisolated let executor: SerialQueueExecutor
    private var connection: Connection?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ place: DatabasePlace, label: String) throws(RegistryError) {
        executor = SerialQueueExecutor(label: label)
        connection = try place.connectToRead()
    }

    func close() { connection = nil }

    /// Runs `body` on one unchanging state of the database.
    /// - Throws: `closed`; what `body` throws.
    func read<T: Sendable>(
        _ body: @Sendable (Connection) throws(RegistryError) -> T
    ) throws(RegistryError) -> T {
        guard let database = connection else { throw RegistryError(.closed, "the registry was closed") }
        return try database.snapshot { () throws(RegistryError) in try body(database) }
    }
}
