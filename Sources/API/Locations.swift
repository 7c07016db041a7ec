public import Foundation

/// Where the daemon listens and stores its data by default.
public enum Locations {
    /// `$ANIWHO_SOCKET`, else `$XDG_RUNTIME_DIR/aniwho.sock`, else `/run/aniwho/aniwho.sock`.
    public static func socket(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let path = value("ANIWHO_SOCKET", in: environment) { return path }
        if let directory = value("XDG_RUNTIME_DIR", in: environment) { return directory + "/aniwho.sock" }
        return "/run/aniwho/aniwho.sock"
    }

    /// `$ANIWHO_DATA`, else `$XDG_DATA_HOME/aniwho`, else `/var/lib/aniwho`.
    public static func data(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let path = value("ANIWHO_DATA", in: environment) { return path }
        if let directory = value("XDG_DATA_HOME", in: environment) { return directory + "/aniwho" }
        return "/var/lib/aniwho"
    }

    /// The folder for what can be made again: `$XDG_CACHE_HOME/aniwho`, else `$HOME/.cache/aniwho`; nil if neither variable is set.
    public static func cache(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if let directory = value("XDG_CACHE_HOME", in: environment) { return directory + "/aniwho" }
        return value("HOME", in: environment).map { $0 + "/.cache/aniwho" }
    }

    /// A variable that is set to nothing counts as unset.
    private static func value(_ name: String, in environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
