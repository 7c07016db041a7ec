import Foundation

/// Build tool: writes a Swift source that holds the given text files as literals.
/// Usage: EmbedText OUTPUT.swift FILE…
@main struct EmbedText {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let output = arguments.first else {
            FileHandle.standardError.write(Data("usage: EmbedText OUTPUT.swift FILE…\n".utf8))
            exit(2)
        }
        var source = "/// Generated from migrations/*.sql at build time.\n"
        source += "let embeddedMigrations: [(name: String, sql: String)] = [\n"
        for path in arguments.dropFirst() {
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            let text = try String(contentsOfFile: path, encoding: .utf8)
            source += "    (\(name.debugDescription), \(text.debugDescription)),\n"
        }
        source += "]\n"
        try source.write(toFile: output, atomically: true, encoding: .utf8)
    }
}
