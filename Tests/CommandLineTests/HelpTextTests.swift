import Options
import Testing

@testable import CommandLine

/// The help of the program and of subjects.
@Suite struct HelpTextTests {
    @Test func `the overview has the everyday commands first, then every command by subject`() throws {
        let lines = HelpText.overview.split(separator: "\n").map(String.init)
        let everyday = try #require(lines.firstIndex(of: "Everyday commands:"))
        let all = try #require(lines.firstIndex { $0.hasPrefix("All commands by subject") })
        #expect(everyday < all && lines[(everyday + 1)..<all].count == everydayCommands.count)
        for subject in subjects { #expect(lines[all...].contains { $0.hasPrefix("  \(subject.name) ") }) }
        #expect(HelpText.overview.contains("  backups      backup create|verify|restore, registry copy, check\n"))
        #expect(lines.count < 75 && lines.allSatisfy { $0.count <= 120 })
    }

    @Test func `a subject is found by its name, and by the first word of its commands`() {
        #expect(HelpText.subject("backups")?.name == "backups" && HelpText.subject("backup")?.name == "backups")
        #expect(HelpText.subject("bench")?.name == "benchmarks")
        #expect(HelpText.subject("classify") == nil && HelpText.subject("nothing") == nil)
    }

    @Test func `a subject's help lists its commands`() throws {
        let text = HelpText.text(of: try #require(HelpText.subject("backup")))
        for verb in ["create", "verify", "restore"] { #expect(text.contains("  aniwho backup \(verb) ")) }
        #expect(text.contains("  aniwho check "))
        // A subject of one command is that command.
        #expect(HelpText.text(of: try #require(HelpText.subject("status"))) == Status.interface.help)
    }
}
