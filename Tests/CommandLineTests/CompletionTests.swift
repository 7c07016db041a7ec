import Foundation
import Options
import Testing

@testable import CommandLine

@Suite struct CompletionTests {
    private let script = CompletionScript.program

    @Test func `every command and option is in every shell's script`() {
        for shell in Shell.allCases {
            let text = script.text(for: shell)
            for command in commandTable {
                for word in command.words { #expect(text.contains(word)) }
                for option in command.interface.allOptions {
                    #expect(text.contains(shell == .fish ? "-l \(option.name) " : "--\(option.name)"), "\(option.name)")
                }
            }
        }
    }

    /// What bash offers when the last word is being typed.
    private func offered(_ words: String...) throws -> [String] {
        let process = Process()
        let out = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        let list = words.map(CompletionScript.quoted).joined(separator: " ")
        process.arguments = [
            "--norc", "-c",
            "compopt() { :; }; \(script.bash)\nCOMP_WORDS=(aniwho \(list)); COMP_CWORD=\(words.count); _aniwho; printf '%s\\n' \"${COMPREPLY[@]}\"",
        ]
        process.standardOutput = out
        try process.run()
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.split(separator: "\n").map(String.init)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "needs /bin/bash"))
    func `bash completes commands, options and paths`() throws {
        #expect(try offered("cl") == ["classifiers", "classify"])
        #expect(
            try offered("characters", "re") == ["rename", "remove"]
                || offered("characters", "re") == ["remove", "rename"])
        #expect(try offered("classify", "--cl") == ["--classifier"])
        #expect(
            try offered("characters", "list", "--") == [
                "--tag", "--series", "--json", "--quiet", "--verbose", "--socket", "--server", "--help",
            ])
        #expect(try offered("check", "--data", "/us").contains("/usr"))
        #expect(try offered("classify", "/etc/host").contains("/etc/hosts"))
        #expect(try offered("audit", "--limit", "").isEmpty)
        #expect(try offered("backup", "") == ["create", "restore", "verify"])
        #expect(try offered("help", "back") == ["backups"])
    }

    @Test func `quoting`() {
        #expect(CompletionScript.quoted("a") == "'a'")
        #expect(CompletionScript.quoted("it's") == #"'it'\''s'"#)
    }
}
