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

    @Test func `every command's file has its line in the table`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.sources.appending(path: "Commands").path)
        let types = files.map { String($0.prefix { $0 != "." }) }.sorted()
        #expect(types == commandTable.map { String(describing: $0) }.sorted())
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

    /// An option that is read and not declared would always be missing, one that is declared and not read be ignored.
    @Test func `what a command reads is what it declares`() throws {
        let pattern = /arguments(?:\.(?:flag|integer|number|choice|required)\(|\[)"([a-z-]+)"/
        func read(_ file: String) throws -> Set<String> {
            let text = try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8)
            return Set(text.matches(of: pattern).map { String($0.1) })
        }
        let model = try read("Local/LocalModel.swift")
        #expect(model == Set(LocalModel.options.map(\.name)))
        // All training commands read what these two do, the threads among it; the few-shot ones more.
        let training = try read("Training/RunOptions.swift").union(read("Training/TrainingSession.swift"))
            .union(["threads"])
        let fewShot = try read("Training/TrainingOptions.swift")
        for command in commandTable {
            let file = "Commands/\(command).swift"
            let text = try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8)
            var expected = try read(file)
            if text.contains("LocalModel(arguments)") { expected.formUnion(model) }
            if text.contains("LocalModel(arguments)") || text.contains("arguments.client") {
                expected.formUnion(["socket", "server"])
            }
            if text.contains("TrainingSession.run(arguments") { expected.formUnion(training) }
            if text.contains("TrainingOptions.common(arguments") { expected.formUnion(fewShot) }
            if text.contains("LocalModel.threads(arguments)") { expected.insert("threads") }
            let declared = Set(command.declaration.options.map(\.name))
            #expect(declared == expected, "\(command.declaration.name)")
        }
    }
}
