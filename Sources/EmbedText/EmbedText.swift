import Foundation

/// Build tool: writes a Swift source that holds a folder's text files as literals, in the order of their names.
/// Usage: EmbedText OUTPUT.swift FOLDER EXTENSION
@main struct EmbedText {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else {
            FileHandle.standardError.write(Data("usage: EmbedText OUTPUT.swift FOLDER EXTENSION\n".utf8))
            exit(2)
        }
        let folder = URL(filePath: arguments[2], directoryHint: .isDirectory)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == arguments[3] }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        var source = "/// Generated from \(folder.lastPathComponent)/*.\(arguments[3]) at build time.\n"
        source += "let embeddedMigrations: [(name: String, sql: String)] = [\n"
        for file in files {
            let name = file.deletingPathExtension().lastPathComponent
            let text = try String(contentsOf: file, encoding: .utf8)
            source += "    (\(name.debugDescription), \(text.debugDescription)),\n"
        }
        source += "]\n"
        // Left alone when nothing changed, so that nothing is compiled again.
        guard source != (try? String(contentsOfFile: arguments[1], encoding: .utf8)) else { return }
        try source.write(toFile: arguments[1], atomically: true, encoding: .utf8)
    }
}
