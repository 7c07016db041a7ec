import API
import Foundation
import Testing

@testable import Daemon

/// How a child runs, and how it ends.
@Suite struct ChildProcessTests {
    private let folder = NSTemporaryDirectory() + "aniwho-child-" + UUID().uuidString

    private func child(_ script: String, program: String = "/bin/sh") throws -> ChildProcess {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return ChildProcess(
            program: program, arguments: ["-c", script], directory: folder, messages: folder + "/messages",
            lock: folder + "/lock")
    }

    private func outputs(_ child: ChildProcess) async throws -> [ChildProcess.Output] {
        var outputs: [ChildProcess.Output] = []
        for try await output in child.run() { outputs.append(output) }
        return outputs
    }

    private func line(_ text: String) -> ChildProcess.Output { .line(Data(text.utf8)) }

    @Test func `it has low priority, a group of its own, nothing to read and no descriptor of the daemon's`()
        async throws
    {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = """
            nice; pwd; cat; echo $$; cut -d ' ' -f 5 /proc/$$/stat; ls /proc/$$/fd; echo told >&2
            exec grep -E 'SigIgn|SigBlk' /proc/self/status
            """
        let outputs = try await outputs(try child(script))
        #expect(outputs.count == 11 && outputs.last == .exited(status: 0), "\(outputs)")
        #expect(outputs[0] == line("19"))
        #expect(outputs[1] == line(URL(filePath: folder).resolvingSymlinksInPath().path))
        // Its number is its group's.
        #expect(outputs[2] == outputs[3])
        #expect(Array(outputs[4..<8]) == ["0", "1", "2", "3"].map { line($0) })
        #expect(outputs[8] == line("SigBlk:\t0000000000000000"))
        guard case .line(let ignored) = outputs[9] else { throw APIError(.internal, "\(outputs[9]) is no line") }
        let digits = String(decoding: ignored, as: UTF8.self).dropFirst("SigIgn:\t".count)
        // Signals 32 and 33 are the C library's own: no program may change them.
        #expect(UInt64(digits, radix: 16).map { $0 & ~(3 << 31) } == 0, "\(digits)")
        #expect(try String(contentsOfFile: folder + "/messages", encoding: .utf8) == "told\n")
    }

    @Test func `its end is told`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try await outputs(try child("printf 'a\\nb'; exit 7")) == [line("a"), .exited(status: 7)])
        #expect(try await outputs(try child("kill -SEGV $$")) == [.killed(signal: SIGSEGV)])
        let none = try child("", program: "/nowhere/program")
        await #expect(throws: APIError(.storage, "/nowhere/program cannot be started: No such file or directory")) {
            _ = try await outputs(none)
        }
        await #expect(throws: APIError(.storage, "\(folder) cannot be started: Permission denied")) {
            _ = try await outputs(try child("", program: folder))
        }
    }

    @Test func `it stops when asked, also before it started, and is killed when it does not`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let early = try child("echo x")
        early.stop(grace: .seconds(9))
        #expect(try await outputs(early) == [.stopped])
        let polite = try child("trap 'echo bye; exit 130' TERM; echo up; while true; do sleep 0.01; done")
        #expect(try await stopped(polite, grace: .seconds(20)) == [line("up"), line("bye"), .exited(status: 130)])
        let deaf = try child("trap '' TERM; echo up; while true; do sleep 0.01; done")
        #expect(try await stopped(deaf, grace: .milliseconds(100)) == [line("up"), .killed(signal: SIGKILL)])
    }

    private func stopped(_ child: ChildProcess, grace: Duration) async throws -> [ChildProcess.Output] {
        var outputs: [ChildProcess.Output] = []
        for try await output in child.run() {
            outputs.append(output)
            if output == line("up") { child.stop(grace: grace) }
        }
        return outputs
    }

    @Test func `the next in the same folder waits for the one before`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try child("echo up; sleep 0.3; echo one >>order")
        let second = try child("echo two >>order")
        for try await output in first.run() where output == line("up") {
            #expect(try await outputs(second) == [.exited(status: 0)])
        }
        #expect(try String(contentsOfFile: folder + "/order", encoding: .utf8) == "one\ntwo\n")
    }

    @Test func `it does not outlive a parent that is killed`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let child = ChildProcess(
                program: "/bin/sh", arguments: ["-c", "echo up; sleep 0.5; echo alive >late"], directory: folder,
                messages: folder + "/messages", lock: folder + "/lock")
            for try await _ in child.run() { kill(getpid(), SIGKILL) }
        }
        // The lock is free when all of it is gone.
        #expect(try await outputs(try child("test ! -e late")) == [.exited(status: 0)])
        #expect(!FileManager.default.fileExists(atPath: folder + "/late"))
    }
}
