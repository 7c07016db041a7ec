import Foundation
import PackagePlugin

/// Turns `migrations/*.sql` into a Swift source of the target, so that the binary carries its own schema.
///
/// The folder itself is an input too: SwiftPM keeps a plugin's commands until the package's structure changes, which a
/// new file outside `Sources` does not, but it does change the folder.
/// What is still missed is an edit in place of a file added since; `touch migrations` before a build helps, and a test
/// compares what is embedded with the folder.
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
