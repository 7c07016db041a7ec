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

    /// `false` would mean that the daemon must try again.
    @Test func `without a socket that can be reached, a message counts as sent`() {
        #expect(ServiceManager([:], process: 7).tell("READY=1"))
        #expect(ServiceManager(["NOTIFY_SOCKET": ""], process: 7).tell("READY=1"))
        #expect(ServiceManager(["NOTIFY_SOCKET": "/nowhere/at/all"], process: 7).tell("READY=1"))
        #expect(
            ServiceManager(["NOTIFY_SOCKET": String(repeating: "x", count: 200)], process: 7).tell("READY=1"))
    }
}
