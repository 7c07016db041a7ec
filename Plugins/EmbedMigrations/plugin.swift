import Foundation
import PackagePlugin

/// Turns `migrations/*.sql` into a Swift source of the target, so that the program contains its database schema.
///
/// SwiftPM keeps a plugin's commands until the package's structure changes, and a new file outside `Sources` is no such change. The
/// folder itself is therefore an input: a new file changes the folder.
/// SwiftPM still misses a later edit of such a file. If that happens, run `touch migrations` before the build; a test compares the
/// embedded migrations with the folder.
@main struct EmbedMigrations: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "migrations")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "sql" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedMigrations.swift")
        return [
            .buildCommand(
                displayName: "Embedding migrations",
                executable: try context.tool(named: "EmbedText").url,
                arguments: [output.path, folder.path, "sql"],
                inputFiles: [folder] + files,
                outputFiles: [output])
        ]
    }
}
