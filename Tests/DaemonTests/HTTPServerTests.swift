import API
import Foundation
import Synchronization
import Testing

@testable import Daemon

/// The server in this process, with a route of its own.
@Suite struct HTTPServerTests {
    /// Answers when it is told to.
    private enum Wait: Route {
        static let method = HTTPMethod.get
        static let path = "/v1/wait"
        typealias Request = EmptyRequest
        typealias Response = EmptyResponse

        static let mayEnd = Atomic<Bool>(false)
        static let hasEnded = Atomic<Bool>(false)

        static func answer(_ request: Request, _ services: Services) async throws -> Response {
            while !mayEnd.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(5)) }
            hasEnded.store(true, ordering: .releasing)
            return Response()
        }
    }

    /// Computes until nobody waits for the answer.
    private enum Compute: Route {
        static let method = HTTPMethod.post
        static let path = "/v1/compute"
        static var effect: Effect { .computes }
        typealias Request = EmptyRequest
        typealias Response = EmptyResponse

        static let hasBegun = Atomic<Bool>(false)
        static let hasStopped = Atomic<Bool>(false)

        static func answer(_ request: Request, _ services: Services) async throws -> Response {
            try await services.reviews("compute") { _ in
                try await services.reviews.background.inPortions { check in
                    hasBegun.store(true, ordering: .releasing)
                    defer { hasStopped.store(true, ordering: .releasing) }
                    while true {
                        try check()
                        Thread.sleep(forTimeInterval: 0.005)
                    }
                }
            }
        }
    }

    @Test func `a computation stops when its client goes away`() async throws {
        let fixture = try await DaemonFixture()
        let socket = try UnixSocket(path: fixture.path + "/s")
        defer { socket.remove() }
        let router = Router(services: fixture.services, routes: [RouteEntry(Compute.self)])
        let server = HTTPServer(router: router, temporaryDirectory: fixture.path)
        try server.start(sockets: [socket.descriptor], idleSeconds: 60)
        let client = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(withSocketAddress(sockaddr_un(path: socket.path.utf8), { connect(client, $0, $1) }) == 0)
        let request = Array("POST /v1/compute HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".utf8)
        _ = send(client, request, request.count, Int32(MSG_NOSIGNAL))
        while !Compute.hasBegun.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(600))
        let stoppedEarly = Compute.hasStopped.load(ordering: .acquiring)
        #expect(!stoppedEarly)
        close(client)
        for _ in 0..<12_000 where !Compute.hasStopped.load(ordering: .acquiring) {
            try await Task.sleep(for: .milliseconds(5))
        }
        let hasStopped = Compute.hasStopped.load(ordering: .acquiring)
        #expect(hasStopped)
        #expect(await server.drain(seconds: 5))
        #expect(fixture.services.reviews.figures == (0, 0))
    }

    /// Waits on a thread of its own: one of the few threads that tasks share would keep the server from answering.
    /// - Returns: what a request is answered, empty when the connection is closed without an answer; nil after a minute.
    static func ask(_ socketPath: String, _ path: String) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: exchange(socketPath, path)) }
        }
    }

    private static func exchange(_ socketPath: String, _ path: String) -> String? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard withSocketAddress(sockaddr_un(path: socketPath.utf8), { connect(descriptor, $0, $1) }) == 0 else {
            return nil
        }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
        _ = send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    @Test func `after a drain that failed nothing of the server is used`() async throws {
        let fixture = try await DaemonFixture()
        let socket = try UnixSocket(path: fixture.path + "/s")
        defer { socket.remove() }
        weak var kept: HTTPServer?
        try await {
            let router = Router(services: fixture.services, routes: routeTable + [RouteEntry(Wait.self)])
            let server = HTTPServer(router: router, temporaryDirectory: fixture.path)
            kept = server
            try server.start(sockets: [socket.descriptor], idleSeconds: 60)
            #expect(await Self.ask(socket.path, "/healthz")?.hasPrefix("HTTP/1.1 200 ") == true)
            async let waiting = Self.ask(socket.path, Wait.path)
            while fixture.services.connections.figures.open.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(200))
            #expect(await server.drain(seconds: 0.1) == false)
            // Its connection is closed at once, and the answer goes nowhere.
            #expect(await waiting == "")
        }()
        // libmicrohttpd's thread still calls the server, which therefore stays.
        #expect(kept != nil)
        Wait.mayEnd.store(true, ordering: .releasing)
        while !Wait.hasEnded.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(100))
        #expect(fixture.services.connections.figures.open.isEmpty)
    }

    @Test func `a server that was drained is gone`() async throws {
        let fixture = try await DaemonFixture()
        let socket = try UnixSocket(path: fixture.path + "/s")
        defer { socket.remove() }
        weak var kept: HTTPServer?
        try await {
            let router = Router(services: fixture.services, routes: routeTable)
            let server = HTTPServer(router: router, temporaryDirectory: fixture.path)
            kept = server
            try server.start(sockets: [socket.descriptor], idleSeconds: 60)
            #expect(await Self.ask(socket.path, "/healthz")?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(await server.drain(seconds: 5))
        }()
        #expect(kept == nil)
    }
}
