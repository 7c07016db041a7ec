import API
import Foundation
import Registry
import Synchronization

/// What the configuration says of the page.
struct PageSettings: Sendable, Equatable {
    /// Whether the daemon may open an address of its own for the page.
    var isAllowed = true
    /// The page's address behind a reverse proxy; nil without one.
    var url: PageURL?
}

/// The TCP address that the page is served at. The daemon opens it when somebody asks for a link, and again at its start while there are
/// sessions, so that an open page finds the daemon again after a restart.
final class PageHost: Sendable {
    private struct State {
        var address: LoopbackAddress?
        /// Keeps the socket that this host has opened.
        var socket: TCPSocket?
        /// Passes a listening socket to the server; nil before the server has started.
        var serve: (@Sendable (Int32) -> Void)?
    }

    private let registry: Registry
    private let log: Log
    /// Whether the configuration lets this host open an address.
    private let isAllowed: Bool
    private let state = Mutex(State())

    /// The port that is tried first.
    private static let standardPort: UInt16 = 8642
    /// The setting of the registry that keeps the port, so that it stays the same after a restart.
    private static let setting = "page_port"

    init(registry: Registry, log: Log, isAllowed: Bool) {
        (self.registry, self.log, self.isAllowed) = (registry, log, isAllowed)
    }

    /// The address; nil while none is open.
    var address: LoopbackAddress? { state.withLock { $0.address } }

    /// The server has started.
    /// - Parameters:
    ///   - listening: the address that it serves already; nil for none.
    ///   - serve: passes a further listening socket to it.
    func start(listening: LoopbackAddress?, serve: @escaping @Sendable (Int32) -> Void) async {
        state.withLock { ($0.address, $0.serve) = (listening, serve) }
        guard listening == nil, isAllowed else { return }
        do {
            let now = Date()
            try await registry.removeSessions(expiredAt: now)
            if try await !registry.sessions().isEmpty { _ = try await open() }
        } catch {
            log.write(.warning, "the page was not opened", ["message": APIError(describing: error).message])
        }
    }

    /// Opens an address unless one is open.
    /// - Throws: `forbidden` when the configuration does not let it; `storage` when the system does not.
    func open() async throws -> LoopbackAddress {
        if let address { return address }
        guard isAllowed else {
            throw APIError(
                .forbidden,
                "the daemon may not open its page: its configuration says page = no, and has no address to listen on")
        }
        let former = try await registry.setting(Self.setting).flatMap { UInt16($0) }
        let opened = try state.withLock { state throws(APIError) -> LoopbackAddress in
            if let address = state.address { return address }
            guard let serve = state.serve else { throw APIError(.notReady, "the daemon is starting; try again") }
            let socket = try Self.listen(at: former ?? Self.standardPort)
            serve(socket.descriptor)
            (state.address, state.socket) = (socket.address, socket)
            return socket.address
        }
        if opened.port != former { try await registry.setSetting(Self.setting, String(opened.port)) }
        log.write(.info, "the page is open", ["tcp": opened.description])
        return opened
    }

    /// Closes the socket that this host has opened.
    func close() { state.withLock { $0.socket.take()?.remove() } }

    private static func listen(at port: UInt16) throws(APIError) -> TCPSocket {
        do throws(APIError) { return try TCPSocket(LoopbackAddress(host: "127.0.0.1", port: port)) } catch {
            guard error.code == .busy else { throw error }
            return try TCPSocket(LoopbackAddress(host: "127.0.0.1", port: 0))
        }
    }
}
