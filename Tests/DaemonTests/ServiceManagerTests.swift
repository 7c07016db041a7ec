import Foundation
import Testing

@testable import Daemon

@Suite struct ServiceManagerTests {
    @Test func `sockets handed over to this process`() {
        #expect(ServiceManager(["LISTEN_PID": "7", "LISTEN_FDS": "1"], process: 7).socket == 3)
        #expect(ServiceManager(["LISTEN_PID": "8", "LISTEN_FDS": "1"], process: 7).socket == nil)
        #expect(ServiceManager(["LISTEN_PID": "7", "LISTEN_FDS": "0"], process: 7).socket == nil)
        #expect(ServiceManager(["LISTEN_FDS": "1"], process: 7).socket == nil)
        #expect(ServiceManager([:], process: 7).socket == nil)
    }

    @Test func `the watchdog of this process`() {
        #expect(ServiceManager(["WATCHDOG_USEC": "3000000"], process: 7).watchdog == .seconds(3))
        #expect(ServiceManager(["WATCHDOG_USEC": "5", "WATCHDOG_PID": "7"], process: 7).watchdog == .microseconds(5))
        #expect(ServiceManager(["WATCHDOG_USEC": "5", "WATCHDOG_PID": "8"], process: 7).watchdog == nil)
        for text in ["0", "-1", "x"] {
            #expect(ServiceManager(["WATCHDOG_USEC": text], process: 7).watchdog == nil)
        }
    }

    /// A message that cannot be delivered is lost: the daemon need not wait.
    @Test func `a missing service manager is no failure`() {
        #expect(ServiceManager([:], process: 7).notify("READY=1"))
        #expect(ServiceManager(["NOTIFY_SOCKET": ""], process: 7).notify("READY=1"))
        #expect(ServiceManager(["NOTIFY_SOCKET": "/nowhere/at/all"], process: 7).notify("READY=1"))
        #expect(ServiceManager(["NOTIFY_SOCKET": String(repeating: "x", count: 200)], process: 7).notify("READY=1"))
    }

    @Test func `a message arrives, and a full queue is reported`() throws {
        let path = NSTemporaryDirectory() + "aniwho-notify-" + UUID().uuidString
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        let manager = ServiceManager(["NOTIFY_SOCKET": path], process: 7)
        #expect(manager.notify("READY=1"))
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "READY=1")
        let taken = (0..<100_000).first { _ in !manager.notify("x") }
        #expect(taken != nil && recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)) == 1)
        #expect(manager.notify("x"))
    }
}
