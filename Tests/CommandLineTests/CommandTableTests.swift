import Foundation
import Options
import Testing

@testable import CommandLine

/// The table of commands, and each command against its declaration.
@Suite struct CommandTableTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    @Test func `commands are sorted by name, no two alike`() {
        let names = commandTable.map { $0.declaration.name }
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.hasPrefix("aniwho ") && !$0.contains("--") })
        // The first that fits is taken, so none may begin like another.
        for (index, name) in names.enumerated() {
            #expect(!names.enumerated().contains { $0 != index && $1.hasPrefix(name + " ") }, "\(name)")
        }
    }

    @Test func `every command has a subject, and every subject a name of its own`() {
        let names = subjects.map(\.name)
        #expect(Set(names).count == names.count)
        for subject in subjects {
            #expect(!subject.commands.isEmpty && !subject.summary.isEmpty, "\(subject.name)")
            #expect(HelpText.subject(subject.name)?.name == subject.name)
        }
        // A word in front of several verbs is that of one subject.
        for command in commandTable where command.words.count > 1 {
            let subject = HelpText.subject(command.words[0])
            #expect(subject?.commands.contains { $0.declaration.name == command.declaration.name } == true)
        }
        #expect(everydayCommands.allSatisfy { command in commandTable.contains { $0 == command } })
    }

    @Test func `every command takes the options that all share, and those only once`() {
        for command in commandTable {
            let names = command.interface.allOptions.map(\.name)
            #expect(Set(names).count == names.count, "\(command.declaration.name)")
            for shared in ["json", "quiet", "verbose", "help"] { #expect(names.contains(shared)) }
            #expect(names.contains("socket") == names.contains("server"))
            #expect(names.contains("files-from") == names.contains("null"))
            let takesPictures = command.declaration.operands.contains { $0.name == "IMAGE" && $0.count == .any }
            #expect(names.contains("files-from") == takesPictures, "\(command.declaration.name)")
        }
    }

    @Test(arguments: [
        ("images move", ["ID…", "NAME"]), ("jobs start", ["KIND", "[NAME]", "[-- OPTION…]"]),
        ("train", ["NAME", "[-- OPTION…]"]), ("backup restore", ["FILE", "DIR"]), ("backup create", ["FILE"]),
        ("bundle export", ["DIR"]), ("characters split", ["NAME", "[NEW]", "[ID…]"]),
    ])
    func `what a command needs is an operand`(name: String, operands: [String]) throws {
        let command = try #require(commandTable.first { $0.declaration.name == "aniwho " + name })
        #expect(command.declaration.operands.map(\.usage) == operands)
    }

    @Test func `every command's help tells its operands and options`() {
        for command in commandTable {
            let declaration = command.interface
            let help = declaration.help
            let line = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            for option in declaration.allOptions {
                let value = option.value.map { " \($0)" } ?? ""
                #expect(help.contains("  --\(option.name)\(value)  "), "\(declaration.name) --\(option.name)")
                #expect(!option.help.isEmpty && option.name.allSatisfy { $0.isLowercase || $0 == "-" })
                #expect(line.contains(option.help), "\(declaration.name) --\(option.name)")
            }
            for operand in declaration.operands {
                #expect(help.contains("  \(operand.name)  ") && line.contains(operand.help), "\(declaration.name)")
            }
            #expect(help.hasPrefix(declaration.summary) && help.contains("--help"))
            #expect(declaration.summary.first?.isLowercase == true && !declaration.summary.hasSuffix("."))
            #expect(declaration.operands.count { $0.count == .many || $0.count == .any } < 2)
        }
    }

    /// `aniwho manual --markdown > docs/commands.md` makes it.
    @Test func `the reference in docs is what the declarations say`() throws {
        let file = Self.repository.appending(path: "docs/commands.md")
        let written = try String(contentsOf: file, encoding: .utf8)
        for command in commandTable { #expect(written.contains("### \(command.declaration.name)\n")) }
        #expect(written == Reference.text, "make it again: aniwho manual --markdown > docs/commands.md")
    }

    @Test(arguments: [
        (["verify-backup", "b"], "backup verify FILE"), (["restore", "b"], "backup restore FILE DIR"),
        (["backup", "b"], "backup create FILE"), (["export-bundle", "d"], "bundle export DIR"),
        (["import-bundle", "d"], "bundle import DIR"),
    ])
    func `a command of an earlier version is refused with its new form`(words: [String], form: String) throws {
        let advice = try #require(RemovedForms.advice(for: words))
        #expect(advice.contains("since 0.2.0 it is: aniwho \(form)"))
        #expect(RemovedForms.advice(for: ["backup", "--help"]) == nil)
        #expect(!commandTable.contains { words.starts(with: $0.words) })
    }

    @Test(arguments: [
        (["images", "move", "1", "--to", "A"], "images move ID… NAME"),
        (["jobs", "start", "pretrain", "--name", "x"], "jobs start KIND NAME -- OPTIONS"),
        (["train", "--from-registry"], "train NAME -- OPTIONS"), (["train", "--name", "x"], "train NAME -- OPTIONS"),
        (["characters", "split", "A", "--into", "B", "1"], "characters split NAME NEW ID…"),
        (["classify", "x.png", "--sort-into", "d", "--manner=link"], "classify IMAGE… --sort-into DIR [--link]"),
        (["watch", "d", "--manner", "copy"], "watch DIR --sort-into DIR [--link]"),
    ])
    func `an option of an earlier version is refused with its new form`(words: [String], form: String) throws {
        let command = try #require(commandTable.first { words.starts(with: $0.words) })
        let error = #expect(throws: UsageError.self) {
            try Arguments(words.dropFirst(command.words.count), by: command.interface)
        }
        #expect(error?.message.hasSuffix("; since 0.2.0 it is: aniwho \(form)") == true, "\(error?.message ?? "")")
    }
}
