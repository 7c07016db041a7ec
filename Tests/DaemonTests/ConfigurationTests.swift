import Foundation
import Options
import Testing

@testable import Daemon

@Suite struct ConfigurationTests {
    private let file = NSTemporaryDirectory() + "aniwho-\(UUID().uuidString).conf"

    private func configuration(
        _ text: String?, _ arguments: [String] = [], _ environment: [String: String] = [:], named: Bool = true
    ) throws -> Configuration {
        if let text { try text.write(toFile: file, atomically: true, encoding: .utf8) }
        defer { try? FileManager.default.removeItem(atPath: file) }
        let parsed = try Arguments(named ? ["--config", file] + arguments : arguments, by: Configuration.declaration)
        return try Configuration(parsed, environment: environment, standardFile: file)
    }

    @Test func `a file's settings are used, and told with their lines`() throws {
        let used = try configuration(
            "socket = /a\nthreads = 3\nlog-level = debug\nreaders = 1001, root\n", ["--threads", "5"],
            ["ANIWHO_DATA": "/d"])
        #expect(used.socket == "/a" && used.threads == 5 && used.logLevel == .debug && used.data == "/d")
        #expect(used.roles.readers == UserList(numbers: [0, 1001]) && used.roles.operators.isEmpty)
        #expect(used.limits == PeerLimits() && used.file == file)
        let rows = used.table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.count == Configuration.settingOptions.count)
        #expect(rows[0] == ["socket", "/a", "\(file):1"])
        #expect(rows[1] == ["data", "/d", "$ANIWHO_DATA"])
        #expect(rows[3] == ["threads", "5", "--threads"])
        #expect(rows[8] == ["log-format", "text", "default"])
    }

    @Test func `the standard file is read where it is there`() throws {
        #expect(try configuration("threads = 2", named: false).threads == 2)
        #expect(try configuration(nil, named: false).file == nil)
        #expect(throws: ConfigurationError.self) { try configuration(nil) }
        #expect(throws: ConfigurationError.self) {
            try configuration(nil, [], ["ANIWHO_CONFIG": "/nowhere"], named: false)
        }
    }

    @Test func `everything that is wrong is told at once`() {
        let error = #expect(throws: ConfigurationError.self) {
            try configuration(
                "threads = many\nlog-level = loud\noperators = nobody-of-this-name\n", ["--log-format", "x"])
        }
        let problems = error?.problems ?? []
        #expect(problems.count == 4)
        for words in [
            "\(file):1: threads takes", "\(file):2: log-level takes", "\(file):3: operators: there is no user",
            "--log-format takes",
        ] { #expect(problems.contains { $0.hasPrefix(words) }, "\(words): \(problems)") }
    }

    @Test func `how long things are kept`() throws {
        #expect(try configuration("").retention == Retention(trash: 30, audit: 365, jobs: 90, models: 0, vectors: 30))
        let used = try configuration("keep-trash = never\nkeep-audit = 0\nkeep-jobs = 7", ["--keep-models", "100"])
        #expect(used.retention == Retention(trash: 0, audit: 0, jobs: 7, models: 100, vectors: 30))
        let rows = used.table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows.contains(["keep-trash", "never", "\(file):1"]) && rows.contains(["keep-vectors", "30", "default"]))
        #expect(used.needingRestart(from: try configuration("")).isEmpty)
        for value in ["-1", "always", "36501", "1.5"] {
            let error = #expect(throws: ConfigurationError.self) { try configuration("keep-trash = \(value)") }
            #expect(error?.problems.first?.contains("keep-trash takes a number of days") == true)
        }
    }

    @Test func `what webhooks may call`() throws {
        #expect(try configuration("").webhooks == .loopback)
        let used = try configuration("webhooks = network")
        #expect(used.webhooks == .network && used.needingRestart(from: try configuration("")).isEmpty)
        #expect(throws: ConfigurationError.self) { try configuration("webhooks = everything") }
    }

    @Test func `limits of users`() throws {
        let used = try configuration("rate-limit = 20\nsize-limit = 8")
        #expect(used.limits == PeerLimits(rate: 20, bodyBytes: 8 << 20))
        #expect(throws: ConfigurationError.self) { try configuration("rate-limit = 0") }
    }

    @Test func `what needs a restart`() throws {
        let former = try configuration("threads = 1\nlog-level = info\nsocket = /a")
        let new = try configuration("threads = 2\nlog-level = debug\nreaders = 5\nrate-limit = 7\nsocket = /a")
        #expect(new.needingRestart(from: former) == ["threads"])
    }
}
