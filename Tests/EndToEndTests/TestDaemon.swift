import API
import Client
import Foundation
import TestSupport

/// A real `aniwhod` in a folder of its own, driven by the client and by the real `aniwho`.
final class TestDaemon {
    struct Output { let status: Int32; let out: String; let error: String }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let samples = root + "/samples"
    /// Where `swift build -c release` puts the programs, unless `$ANIWHO_PROGRAMS` names others.
    static let programs =
        ProcessInfo.processInfo.environment["ANIWHO_PROGRAMS"] ?? root + "/.build/release"
    /// What jobs run where nothing is to be trained.
    private static let trainingProgram = root + "/Tests/Programs/train-nothing"

    let home: String
    var socket: String { home + "/s" }
    var client: Client { Client(socket: socket, timeouts: .init(connect: 5, answer: 60, longAnswer: 60)) }
    private var process: Process?
    private let trains: Bool
    private let options: [String]
    private let environment: [String: String]
    /// The daemon whose database this one serves, too.
    private let other: TestDaemon?

    /// - Parameters:
    ///   - other: a daemon whose database and folder of jobs this one is to share.
    ///   - trains: whether jobs run the real `aniwho`.
    ///   - options: further options of the daemon.
    ///   - environment: variables that it is started with.
    init(
        trains: Bool = false, options: [String] = ["--log-level", "error"], environment: [String: String] = [:],
        beside other: TestDaemon? = nil
    ) throws {
        self.other = other
        (self.trains, self.options, self.environment) = (trains, options, environment)
        // Short, because a socket's path has at most 107 bytes.
        home = "/tmp/aniwho-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    }

    deinit {
        process?.terminate()
        process?.waitUntilExit()
        try? FileManager.default.removeItem(atPath: home)
        if other == nil { TestDatabase.remove(for: home) }
    }

    var processID: Int32 { process?.processIdentifier ?? 0 }

    func start() throws {
        process = try launch()
        for _ in 0..<1200 {
            if (try? client.call(CheckReadiness.self)) != nil { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw TestFailure(description: "the daemon did not become ready")
    }

    /// Ends it with a signal. - Returns: the exit status.
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        guard let process else { return -1 }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    /// What the daemon has logged since it was started.
    var log: String { (try? String(contentsOfFile: home + "/log", encoding: .utf8)) ?? "" }

    /// Waits until the daemon has logged some text.
    func waitForLog(_ text: String) throws {
        for _ in 0..<200 {
            if log.contains(text) { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw TestFailure(description: "the daemon did not log “\(text)”: \(log)")
    }

    /// Runs `aniwhod` to its end.
    static func aniwhod(_ arguments: [String], environment: [String: String] = [:]) throws -> Output {
        try finish(program("aniwhod", arguments, environment))
    }

    /// Runs `aniwho` as another user, which takes root.
    func aniwho(_ arguments: [String], as user: Int) throws -> Output {
        let process = Self.program("aniwho", [], ["ANIWHO_SOCKET": socket])
        process.arguments =
            ["--reuid=\(user)", "--clear-groups", process.executableURL?.path ?? ""] + arguments
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        return try Self.finish(process)
    }

    /// Another daemon on the same socket with other data; its exit status and what it said.
    func rival() throws -> Output {
        try Self.finish(Self.program("aniwhod", ["--socket", socket, "--data", home + "/rival"], [:]))
    }

    /// Runs `aniwho` to its end.
    func aniwho(_ arguments: String...) throws -> Output { try aniwho(arguments) }

    /// - Parameter input: what standard input holds; nothing when nil.
    func aniwho(_ arguments: [String], environment: [String: String] = [:], input: Data? = nil) throws -> Output {
        try Self.finish(
            Self.program("aniwho", arguments, environment.merging(["ANIWHO_SOCKET": socket]) { $1 }), input: input)
    }

    /// Checks its registry from the first row to the last.
    func check() throws -> Output {
        if let address = try TestDatabase.address(for: home) { return try aniwho("check", "--registry", address) }
        return try aniwho("check", "--data", home + "/data")
    }

    /// Runs a line of the shell in the daemon's folder, where `aniwho` is found and asks this daemon.
    func shell(_ line: String) throws -> Output {
        let process = Self.program("aniwho", [], ["ANIWHO_SOCKET": socket])
        process.environment?["PATH"] = "\(Self.programs):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        process.arguments = ["-c", line]
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.currentDirectoryURL = URL(fileURLWithPath: home)
        return try Self.finish(process)
    }

    static let hasTerminal = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

    /// Runs `aniwho` on a pseudo-terminal, where somebody types. Both outputs are one there, with the terminal's line breaks.
    func aniwho(onTerminal words: String, typing: String = "", environment: [String: String] = [:]) throws -> Output {
        let process = Self.program(
            "aniwho", [],
            environment.merging(["ANIWHO_SOCKET": socket, "TERM": "xterm", "NO_COLOR": ""]) { given, _ in given })
        process.arguments = ["-qec", "\(process.executableURL?.path ?? "") \(words)", "/dev/null"]
        process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
        return try Self.finish(process, input: Data(typing.utf8))
    }

    /// Runs `aniwho`, and interrupts it when its output holds some text.
    func aniwho(_ arguments: [String], interruptedAt text: String) throws -> Output {
        let process = Self.program("aniwho", arguments, ["ANIWHO_SOCKET": socket])
        let (out, error) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = error
        try process.run()
        var seen = Data()
        while !String(decoding: seen, as: UTF8.self).contains(text) {
            let piece = out.fileHandleForReading.availableData
            guard !piece.isEmpty else { break }
            seen += piece
        }
        process.interrupt()
        seen += out.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(
            status: process.terminationStatus, out: String(decoding: seen, as: UTF8.self),
            error: String(decoding: complaint, as: UTF8.self))
    }

    /// The address of its database; nil for a file.
    var registry: String? { get throws { try TestDatabase.address(for: (other ?? self).home) } }

    private func launch() throws -> Process {
        let process = Self.program(
            "aniwhod",
            ["--socket", socket, "--data", home + "/data"] + options
                + (trains ? [] : ["--program", Self.trainingProgram]),
            environment.merging(try registry.map { ["ANIWHO_REGISTRY": $0] } ?? [:]) { own, _ in own })
        _ = FileManager.default.createFile(atPath: home + "/log", contents: nil)
        process.standardError = FileHandle(forWritingAtPath: home + "/log")
        try process.run()
        return process
    }

    private static func program(_ name: String, _ arguments: [String], _ environment: [String: String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(programs)/\(name)")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: samples)
        // Whoever runs the tests at a terminal is not asked anything.
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private static func finish(_ process: Process, input: Data? = nil) throws -> Output {
        let (out, error) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = error
        let typed = input.map { _ in Pipe() }
        if let typed { process.standardInput = typed }
        try process.run()
        if let typed, let input {
            // In the background, since a pipe holds 64 KiB only.
            Thread {
                try? typed.fileHandleForWriting.write(contentsOf: input)
                try? typed.fileHandleForWriting.close()
            }.start()
        }
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Output(status: process.terminationStatus, out: text, error: complaint)
    }

    /// Sends bytes as they are, and reads until the daemon closes or `seconds` have passed.
    func raw(_ request: String, seconds: Int = 3) -> String {
        let descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socket.utf8) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { return "" }
        _ = request.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}

struct TestFailure: Error, CustomStringConvertible { let description: String }
