import Foundation
import Options
import Testing

@testable import CommandLine

/// The table of commands, and each command against its declaration.
@Suite struct CommandTableTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/CommandLine").standardizedFileURL

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

    /// A command that the table lacks cannot be called.
    @Test func `every command is in the table`() throws {
        let files = try #require(FileManager.default.enumerator(atPath: Self.sources.path))
        var types: [String] = []
        for case let file as String in files where file.hasSuffix(".swift") {
            let text = try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8)
            types += text.matches(of: /(?m)^enum (\w+): Command\b/).map { String($0.1) }
        }
        #expect(types.sorted() == commandTable.map { String(describing: $0) }.sorted())
    }

    @Test func `every command's help tells its operands and options`() {
        for command in commandTable {
            let declaration = command.declaration
            let help = declaration.help
            for option in declaration.options {
                let value = option.value.map { " \($0)" } ?? ""
                #expect(help.contains("  --\(option.name)\(value)  "), "\(declaration.name) --\(option.name)")
                #expect(!option.help.isEmpty && option.name.allSatisfy { $0.isLowercase || $0 == "-" })
            }
            for operand in declaration.operands {
                #expect(help.contains("  \(operand.name)  ") && help.contains(operand.help), "\(declaration.name)")
            }
            #expect(help.hasPrefix(declaration.summary) && help.contains("--help"))
            #expect(declaration.summary.first?.isLowercase == true && !declaration.summary.hasSuffix("."))
            let names = declaration.options.map(\.name)
            #expect(Set(names).count == names.count && !names.contains("help"), "\(declaration.name)")
            #expect(declaration.operands.dropLast().allSatisfy { $0.count == .one || $0.count == .optional })
        }
    }
}
