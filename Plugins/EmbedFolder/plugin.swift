import Foundation
import PackagePlugin

/// Turns the text files of a folder into a Swift source of a target, so that the program contains them: the registry's `migrations` of
/// both database systems, and the daemon's page in `web`.
///
/// SwiftPM keeps a plugin's commands until the package's structure changes, and a new file outside `Sources` is no such change. The
/// folder itself is therefore an input: a new file changes the folder.
/// SwiftPM still misses a later edit of such a file. If that happens, run `touch migrations web` before the build; tests compare what is
/// embedded with the folders.
@main struct EmbedFolder: BuildToolPlugin {
    /// What a target embeds.
    private struct Embedded {
        let folder: String
        let extensions: [String]
        /// The constant of the Swift source: pairs of a name and a text.
        let constant: String
        /// The labels of such a pair.
        let labels: (String, String)
    }

    private static let embedded = [
        "Registry": [
            Embedded(
                folder: "migrations", extensions: ["sql"], constant: "embeddedMigrations", labels: ("name", "sql")),
            Embedded(
                folder: "migrations/postgresql", extensions: ["sql"], constant: "embeddedPostgreSQLMigrations",
                labels: ("name", "sql")),
        ],
        "Daemon": [
            Embedded(
                folder: "web", extensions: ["html", "js", "css", "svg"], constant: "embeddedPage",
                labels: ("name", "text"))
        ],
    ]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        try (Self.embedded[target.name] ?? []).map { try command(for: $0, context) }
    }

    private func command(for embedded: Embedded, _ context: PluginContext) throws -> Command {
        let folder = context.package.directoryURL.appending(path: embedded.folder)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { embedded.extensions.contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let output = context.pluginWorkDirectoryURL.appending(path: "\(embedded.constant).swift")
        return .buildCommand(
            displayName: "Embedding \(embedded.folder)",
            executable: try context.tool(named: "EmbedText").url,
            arguments: [output.path, embedded.constant, embedded.labels.0, embedded.labels.1, folder.path]
                + embedded.extensions,
            inputFiles: [folder] + files,
            outputFiles: [output])
    }
}
