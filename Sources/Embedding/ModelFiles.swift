public import Foundation

/// Finds the models that come with AniWho.
public enum ModelFiles {
    /// The model of a daemon without a setting.
    public static let defaultName = "mobilenetv2"

    /// The folders to search, in order: `$ANIWHO_MODELS`, beside the installed program, in the working directory, in the checkout.
    public static func folders(environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        var folders: [String] = []
        if let chosen = environment["ANIWHO_MODELS"], !chosen.isEmpty { folders.append(chosen) }
        folders.append(program.appending(path: "../share/aniwho/models").standardizedFileURL.path)
        folders.append("models")
        // In a checkout the program is in .build/<platform>/release.
        var above = program
        for _ in 0..<3 {
            above.deleteLastPathComponent()
            folders.append(above.appending(path: "models").path)
        }
        return folders
    }

    /// The path of a shipped model, or nil.
    public static func shipped(_ name: String) -> String? {
        guard !name.isEmpty, !name.contains("/") else { return nil }
        return folders().map { "\($0)/\(name).safetensors" }.first { FileManager.default.fileExists(atPath: $0) }
    }
}
