import API
import Client
import Dispatch
import Foundation
import Synchronization
import Testing

/// The configuration file, roles and the service manager, with the real programs.
@Suite(.serialized) struct ConfigurationCommandTests {
    private static let canBeOthers = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    /// A number that no user of a test machine has.
    private static let reader = 54_321
    private static let stranger = 54_322

    private static func file(_ text: String) throws -> String {
        let path = "/tmp/aniwho-\(UInt32.random(in: 0...UInt32.max)).conf"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func aConfigurationIsCheckedWithoutRunning() throws {
        let good = try Self.file("log-level = warning\nthreads = 1\n")
        defer { try? FileManager.default.removeItem(atPath: good) }
        let checked = try TestDaemon.aniwhod(["--check-config", "--config", good, "--data", "/nowhere/at/all"])
        #expect(checked.status == 0 && checked.out.contains("warning") && checked.out.contains("\(good):1"))
        #expect(checked.out.contains("--data") && !FileManager.default.fileExists(atPath: "/nowhere"))

        let bad = try Self.file("log-level = warning\nthread = 1\n")
        defer { try? FileManager.default.removeItem(atPath: bad) }
        for arguments in [["--check-config", "--config", bad], ["--config", bad]] {
            let result = try TestDaemon.aniwhod(arguments)
            #expect(result.status == ExitCode.usage.rawValue && result.out.isEmpty)
            #expect(result.error.contains("\(bad):2: there is no setting “thread”; did you mean threads?"))
        }
        let variable = try TestDaemon.aniwhod(["--check-config"], environment: ["ANIWHO_CONFIG": good])
        #expect(variable.status == 0 && variable.out.contains("\(good):2"))
    }

    @Test func aHangupReadsItAgain() throws {
        let file = try Self.file("log-level = error\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let daemon = try TestDaemon(options: ["--config", file])
        try daemon.start()
        #expect(daemon.log.isEmpty)
        try "log-level = info\nlog-format = json\nthreads = 1\n".write(toFile: file, atomically: true, encoding: .utf8)
        kill(daemon.processID, SIGHUP)
        try daemon.waitForLog("configuration read again")
        #expect(daemon.log.contains("\"setting\":\"threads\"") && daemon.log.contains("setting needs a restart"))
        try "log-level = loud\n".write(toFile: file, atomically: true, encoding: .utf8)
        kill(daemon.processID, SIGHUP)
        try daemon.waitForLog("configuration not changed")
        #expect(daemon.log.contains("\(file):1: log-level takes"))
        #expect(try daemon.aniwho("status").status == 0)
        #expect(daemon.stop() == 0)
    }

    @Test(.enabled(if: canBeOthers, "needs root and setpriv")) func whoMayDoWhatIsDecidedByTheUser() throws {
        let file = try Self.file("readers = \(Self.reader)\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let daemon = try TestDaemon(options: ["--config", file, "--log-level", "info"])
        try daemon.start()
        #expect(try daemon.aniwho("enroll", "A", "strangers/1.png").status == 0)
        let asked = try daemon.aniwho(["classify", "strangers/1.png"], as: Self.reader)
        #expect(asked.status == 0 && asked.out.contains("A"))
        #expect(try daemon.aniwho(["characters", "list"], as: Self.reader).status == 0)
        for arguments in [
            ["enroll", "B", "strangers/2.png"], ["characters", "remove", "A"],
            ["backup", "create", "/tmp/aniwho-never"],
            ["audit"],
            ["rebuild"],
        ] {
            let refused = try daemon.aniwho(arguments, as: Self.reader)
            #expect(refused.status == ExitCode.forbidden.rawValue, "\(arguments)")
            #expect(
                refused.error.contains("user \(Self.reader) may not") && refused.error.contains("takes an operator"))
        }
        let unknown = try daemon.aniwho(["classify", "strangers/1.png"], as: Self.stranger)
        #expect(unknown.status == ExitCode.forbidden.rawValue && unknown.error.contains("takes a reader"))
        #expect(try daemon.client.call(GetStatus.self).characters == 1)

        try "operators = \(Self.reader)\n".write(toFile: file, atomically: true, encoding: .utf8)
        kill(daemon.processID, SIGHUP)
        try daemon.waitForLog("configuration read again")
        #expect(try daemon.aniwho(["enroll", "B", "strangers/2.png"], as: Self.reader).status == 0)
        let last = try daemon.client.call(ListAudit.self, .init(limit: 1)).changes
        #expect(last.first?.uid == Self.reader)

        // Once a second, and no more.
        try "readers = \(Self.reader)\nrate-limit = 1\n".write(toFile: file, atomically: true, encoding: .utf8)
        kill(daemon.processID, SIGHUP)
        // Together, because one alone may take long.
        let limited = Mutex(false)
        // It runs a command and changes nothing of its own.
        nonisolated(unsafe) let asking = daemon
        for _ in 0..<20 where !limited.withLock(\.self) {
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                // A command that cannot be started does not count.
                let asked = try? asking.aniwho(["status"], as: Self.reader)
                if asked?.error.contains("more than 1 requests and pictures a second") == true,
                    asked?.status == ExitCode.conflict.rawValue
                {
                    limited.withLock { $0 = true }
                }
            }
        }
        let wasLimited = limited.withLock(\.self)
        #expect(wasLimited)
        #expect(try (0..<10).allSatisfy { _ in try daemon.aniwho("status").status == 0 })

        // Without names, the socket itself is closed to others.
        try "threads = 1\n".write(toFile: file, atomically: true, encoding: .utf8)
        kill(daemon.processID, SIGHUP)
        for _ in 0..<100 where try daemon.aniwho(["status"], as: Self.reader).status != ExitCode.unreachable.rawValue {}
        #expect(try daemon.aniwho(["status"], as: Self.reader).status == ExitCode.unreachable.rawValue)
        #expect(try daemon.aniwho("status").status == 0)
    }

    @Test func theServiceManagerIsToldWhatHappens() throws {
        let inbox = try Inbox()
        let daemon = try TestDaemon(
            environment: ["NOTIFY_SOCKET": inbox.path, "WATCHDOG_USEC": "200000"])
        try daemon.start()
        #expect(inbox.received(until: "READY=1"))
        #expect(inbox.received(until: "WATCHDOG=1") && inbox.received(until: "WATCHDOG=1"))
        #expect(daemon.stop() == 0)
        #expect(inbox.received(until: "STOPPING=1"))
    }

    /// Its queue is full before the daemon is ready.
    @Test func aServiceManagerThatDoesNotReadHoldsNothingUp() throws {
        let inbox = try Inbox()
        let daemon = try TestDaemon(environment: ["NOTIFY_SOCKET": inbox.path, "WATCHDOG_USEC": "200"])
        try daemon.start()
        Thread.sleep(forTimeInterval: 0.5)
        #expect(try daemon.aniwho("status").status == 0)
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(inbox.received(until: "READY=1"))
        #expect(daemon.stop() == 0)
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-socket-activate"),
            "needs systemd-socket-activate"))
    func aSocketIsHandedOver() throws {
        let home = "/tmp/aniwho-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-socket-activate")
        // It hands on no other variables than those it is told of.
        let variables = ["ANIWHO_MODELS", "ASAN_OPTIONS", "TSAN_OPTIONS"].filter {
            ProcessInfo.processInfo.environment[$0] != nil
        }
        process.arguments =
            variables.map { "--setenv=\($0)" } + [
                "--listen", home + "/handed", TestDaemon.programs + "/aniwhod", "--data", home + "/data",
                "--socket", home + "/own", "--log-level", "error",
            ]
        process.currentDirectoryURL = URL(fileURLWithPath: TestDaemon.samples)
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let client = Client(socket: home + "/handed", timeouts: .init(connect: 5, answer: 20, longAnswer: 20))
        var status: GetStatus.Response?
        for _ in 0..<200 where status?.model == nil {
            status = try? client.call(GetStatus.self)
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(status?.socket == home + "/handed" && status?.model != nil)
        #expect(!FileManager.default.fileExists(atPath: home + "/own"))
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        // It is the manager's, and stays.
        #expect(FileManager.default.fileExists(atPath: home + "/handed"))
    }
}

/// A socket that takes the messages of a daemon to its service manager.
private final class Inbox {
    let path = "/tmp/aniwho-\(UInt32.random(in: 0...UInt32.max))"
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw TestFailure(description: "no socket can be bound at \(path)") }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Reads messages until one is the one waited for; false when none comes for five seconds.
    func received(until message: String) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { return false }
            if String(decoding: buffer[..<count], as: UTF8.self) == message { return true }
        }
    }
}
