import Testing

@testable import Options

@Suite struct ConfigurationFileTests {
    private static let names = ["log-level", "socket", "threads"]

    private func read(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
        try ConfigurationFile(text, path: "a.conf", names: Self.names)
    }

    @Test func `names, values, comments and white space`() throws {
        let file = try read("# a comment\n\n  threads=4\r\n\tsocket  =  /a b/#c = d \n   # another\nlog-level = debug")
        #expect(file.entries["threads"] == .init(value: "4", line: 3))
        #expect(file.entries["socket"] == .init(value: "/a b/#c = d", line: 4))
        #expect(file.entries["log-level"] == .init(value: "debug", line: 6))
        #expect(file.entries.count == 3)
        #expect(try read("").entries.isEmpty && read("\n#\n").entries.isEmpty)
    }

    @Test func `every wrong line is told with its number`() {
        let error = #expect(throws: ConfigurationError.self) {
            try read("threads 4\nthread = 4\nsocket = a\nsocket = b\nlog-level =\n= x\n")
        }
        #expect(
            error?.problems == [
                "a.conf:1: “threads 4” is no setting; write: name = value",
                "a.conf:2: there is no setting “thread”; did you mean threads?",
                "a.conf:4: socket is set already, in line 3",
                "a.conf:5: log-level has no value; give one, or remove the line",
                "a.conf:6: there is no setting “”",
            ])
    }
}

@Suite struct SettingsTests {
    private let declaration = Declaration(
        name: "x", summary: "does x", options: [Option("threads", "N", help: "h"), Option("log-level", "L", help: "h")])

    private func settings(
        _ arguments: [String] = [], _ environment: [String: String] = [:], _ file: String = ""
    ) throws -> Settings {
        Settings(
            try Arguments(arguments, by: declaration), environment: environment,
            file: try ConfigurationFile(file, path: "a.conf", names: ["threads", "log-level"]))
    }

    @Test func `an option comes before the environment, that before the file`() throws {
        let (option, variable, file) = (["--threads", "1"], ["ANIWHO_THREADS": "2"], "\nthreads = 3")
        let all = try settings(option, variable, file)
        #expect(all["threads"] == "1" && all.origin(of: "threads") == .option("threads"))
        let two = try settings([], variable, file)
        #expect(two["threads"] == "2" && two.origin(of: "threads") == .variable("ANIWHO_THREADS"))
        let one = try settings([], ["ANIWHO_THREADS": ""], file)
        #expect(one["threads"] == "3" && one.origin(of: "threads") == .file(path: "a.conf", line: 2))
        let none = try settings()
        #expect(none["threads"] == nil && none.origin(of: "threads") == .standard)
        #expect(Settings.variable(of: "log-level") == "ANIWHO_LOG_LEVEL")
    }

    @Test(arguments: [
        (["--threads", "x"], [:], "", "--threads takes"), ([], ["ANIWHO_THREADS": "0"], "", "$ANIWHO_THREADS takes"),
        ([], [:], "threads = 9", "a.conf:1: threads takes"),
    ])
    func `a wrong value is told with its place`(
        arguments: [String], environment: [String: String], file: String, words: String
    ) throws {
        let settings = try settings(arguments, environment, file)
        let error = #expect(throws: ConfigurationError.self) { try settings.integer("threads", in: 1...8) }
        #expect(error?.description.hasPrefix(words + " a whole number from 1 to 8, not “") == true)
    }

    @Test func `words are chosen from`() throws {
        let settings = try settings([], [:], "log-level = loud")
        #expect(throws: ConfigurationError.self) { try settings.choice("log-level", of: ["a", "b"]) }
        #expect(try settings.choice("log-level", of: ["a", "loud"]) == "loud")
        #expect(try settings.choice("threads", of: ["a"]) == nil)
    }
}
