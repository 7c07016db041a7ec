import Foundation

/// Build tool: writes a Swift source that holds a folder's text files as literals, in the order of their names: pairs of a name and a
/// text. With one extension the names are without it.
/// Usage: EmbedText OUTPUT.swift CONSTANT NAME-LABEL TEXT-LABEL FOLDER EXTENSION...
@main struct EmbedText {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 7 else {
            FileHandle.standardError.write(
                Data("usage: EmbedText OUTPUT.swift CONSTANT NAME-LABEL TEXT-LABEL FOLDER EXTENSION...\n".utf8))
            exit(2)
        }
        let folder = URL(filePath: arguments[5], directoryHint: .isDirectory)
        let extensions = arguments[6...]
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { extensions.contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        var source = "/// Generated from the folder \(folder.lastPathComponent) at build time.\n"
        source += "let \(arguments[2]): [(\(arguments[3]): String, \(arguments[4]): String)] = [\n"
        for file in files {
            let name = extensions.count == 1 ? file.deletingPathExtension().lastPathComponent : file.lastPathComponent
            let text = try String(contentsOf: file, encoding: .utf8)
            source += "    (\(name.debugDescription), \(text.debugDescription)),\n"
        }
        source += "]\n"
        // Left alone when nothing changed, so that nothing is compiled again.
        guard source != (try? String(contentsOfFile: arguments[1], encoding: .utf8)) else { return }
        try source.write(toFile: arguments[1], atomically: true, encoding: .utf8)
    }
}
