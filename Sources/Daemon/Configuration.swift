import API
import Foundation
import Options

/// What `aniwhod` is told on its command line.
struct Configuration: Sendable {
    let socket: String
    let data: String
    /// The name of a model in the registry, or a model file; nil for the one that is active.
    let model: String?
    let threads: Int
    /// The program whose commands are run as jobs.
    let program: String
    let logLevel: Log.Level
    let logFormat: Log.Format

    static let declaration = Declaration(
        name: "aniwhod",
        summary: "The AniWho daemon: keeps the registry and says who is in a picture, over a Unix socket.",
        discussion: """
            It serves HTTP/1.1 and JSON. SIGTERM and SIGINT let requests in work finish, and end it with status 0. Only the
            user who runs it may connect. On its first start it imports the model that comes with AniWho.
            """,
        options: [
            Option(
                "socket", "PATH",
                help:
                    "where to listen (default: $ANIWHO_SOCKET, $XDG_RUNTIME_DIR/aniwho.sock or /run/aniwho/aniwho.sock)"
            ),
            Option(
                "data", "DIR",
                help: "where the registry is (default: $ANIWHO_DATA, $XDG_DATA_HOME/aniwho or /var/lib/aniwho)"),
            Option("model", "MODEL", help: "use this model: a name in the registry, or a file, which is imported"),
            Option("threads", "N", help: "threads of the network (default: one for each core)"),
            Option("program", "FILE", help: "the program that jobs run (default: aniwho beside this one)"),
            Option("log-level", "LEVEL", help: "debug, info, warning or error (default: info)"),
            Option("log-format", "FORMAT", help: "text or json (default: text)"),
            Option("version", help: "print the version"),
        ])

    init(_ arguments: Arguments) throws(UsageError) {
        socket = arguments["socket"] ?? Locations.socket()
        data = arguments["data"] ?? Locations.data()
        model = arguments["model"]
        threads = try arguments.integer("threads", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
        program = arguments["program"].map { URL(filePath: $0).absoluteURL.standardized.path } ?? Self.commandProgram
        let level = try arguments.choice("log-level", of: Log.Level.allCases.map(\.name))
        logLevel = level.flatMap(Log.Level.init(name:)) ?? .info
        let format = try arguments.choice("log-format", of: Log.Format.allCases.map(\.rawValue))
        logFormat = format.flatMap(Log.Format.init(rawValue:)) ?? .text
    }

    /// `aniwho` beside the daemon's own program.
    private static var commandProgram: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "aniwho")
            .path
    }
}
