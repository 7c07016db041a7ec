import API
import Foundation
import Options
import Platform
import Registry

/// The settings of `aniwhod`, from its options, the environment and its configuration file.
struct Configuration: Sendable {
    let socket: String
    let data: String
    /// The address of the registry's database; nil for a file in the data directory.
    let registry: String?
    /// The folder for the files of jobs that all daemons of a database share; nil for the data directory.
    let shared: String?
    /// How long answers rest on memory alone while the database is away.
    let outage: Duration
    /// The name of a model in the registry, or a model file; nil for the one that is active.
    let model: String?
    /// The name of a face detector in the registry, a detector's file, or `none`; nil for the one that is active.
    let detector: String?
    let threads: Int
    /// The program that runs the trainings: `aniwho`.
    let program: String
    let logLevel: Log.Level
    let logFormat: Log.Format
    let roles: Roles
    let limits: PeerLimits
    /// The TCP address to listen on; nil for none.
    let listen: LoopbackAddress?
    let page: PageSettings
    let connections: ConnectionLimits
    let bodies: BodyBudget.Limits
    let retention: Retention
    let webhooks: WebhookReach
    /// Every setting with the value in use and its origin.
    let settings: [(name: String, value: String, origin: Settings.Origin)]
    /// The configuration file that was read; nil when there was none.
    let file: String?

    /// The configuration file that is read, if it exists, when no other is named.
    static let standardFile = "/etc/aniwho/aniwhod.conf"

    /// The settings. Each can be set in the file, by a variable or by an option.
    static let settingOptions = [
        Option(
            "socket", "PATH",
            help: "the Unix socket to listen on (default: $XDG_RUNTIME_DIR/aniwho.sock or /run/aniwho/aniwho.sock)"),
        Option("data", "DIR", help: "the data directory (default: $XDG_DATA_HOME/aniwho or /var/lib/aniwho)"),
        Option(
            "registry", "URL",
            help:
                "a PostgreSQL database that holds the registry, postgresql://USER@HOST/NAME (default: a file in the data directory)"
        ),
        Option(
            "shared", "DIR",
            help: "the folder for the files of jobs, if several daemons share it (default: the data directory)"),
        Option(
            "without-database", "SECONDS",
            help: "how long questions are answered from memory while PostgreSQL is away (default: 60)"),
        Option("model", "MODEL", help: "the model to use: a name in the registry, or a file to import"),
        Option(
            "detector", "DETECTOR",
            help:
                "the face detector to use: a name in the registry, a file to import, or none (default: the active one)"),
        Option("threads", "N", help: "threads of the network (default: one for each core)"),
        Option("program", "FILE", help: "the program that runs the jobs (default: aniwho beside this one)"),
        Option(
            "readers", "USERS", help: "users who may only read, by name or number, or * for all (default: nobody else)"),
        Option("operators", "USERS", help: "users who may also enroll and change (default: nobody else)"),
        Option("log-level", "LEVEL", help: "debug, info, warning or error (default: info)"),
        Option("log-format", "FORMAT", help: "text or json (default: text)"),
        Option(
            "rate-limit", "N",
            help: "requests and pictures per second of each user except root and the owner (default: no limit)"),
        Option(
            "size-limit", "MIB", help: "the largest request of such a user, in MiB (default: the limit of its route)"),
        Option(
            "listen", "ADDRESS:PORT",
            help: "also listen on TCP, on a loopback address, for clients with a token (default: no TCP)"),
        Option(
            "page", "yes|no",
            help: "whether aniwho web may open the page on a loopback address, without listen (default: yes)"),
        Option(
            "page-url", "URL",
            help: "the address of the page behind a reverse proxy, such as https://host/path/ (default: no proxy)"),
        Option("connections", "N", help: "the most connections at a time (default: 1024)"),
        Option("connections-per-user", "N", help: "the most connections of one user or token (default: 512)"),
        Option("body-memory", "MIB", help: "the most memory for the bodies of all requests, in MiB (default: 1024)"),
        Option(
            "body-memory-per-user", "MIB", help: "the same for the requests of one user or token (default: 512)"),
        Option("request-timeout", "SECONDS", help: "the longest time for a request to arrive (default: 30)"),
        Option(
            "webhooks", "REACH",
            help: "what webhooks may call: off, loopback (this machine) or network (default: loopback)"),
        Option(
            "keep-trash", "DAYS",
            help: "how long the trash keeps what was removed; 0 or never: until it is emptied (default: 30)"),
        Option(
            "keep-audit", "DAYS", help: "how long the log of changes goes back; 0 or never: for ever (default: 365)"),
        Option(
            "keep-jobs", "DAYS",
            help: "how long jobs that have ended stay, with their folders; 0 or never: for ever (default: 90)"),
        Option(
            "keep-models", "DAYS", help: "how long models stay that nobody uses; 0 or never: for ever (default: never)"),
        Option(
            "keep-vectors", "DAYS", help: "how long the vectors of such models stay; 0 or never: for ever (default: 30)"
        ),
    ]

    static let declaration = Declaration(
        name: "aniwhod",
        summary: "The AniWho daemon: keeps the registry and names the characters in pictures, over a Unix socket.",
        discussion: """
            The daemon serves HTTP/1.1 with JSON. On SIGTERM or SIGINT it finishes the running requests and exits with status 0. On
            its first start it imports the model that comes with AniWho.

            Only the user who runs the daemon (the owner) and root may connect, unless you name readers or operators. With the
            setting listen the daemon also serves TCP, to clients with a token: see aniwho tokens create --help.

            You can also put each setting into a configuration file, as a line “name = value”, or into the environment: log-level
            is ANIWHO_LOG_LEVEL there. An option overrides the environment, and the environment overrides the file. The daemon
            reads the file named by --config or $ANIWHO_CONFIG, else \(standardFile) if it exists. On SIGHUP it
            reads the file again: the log's level and format, readers, operators, limits, numbers of connections and webhooks change at once;
            for every other changed setting the daemon logs that it needs a restart.
            """,
        options: settingOptions + [
            Option("config", "FILE", help: "the configuration file"),
            Option("check-config", help: "print every setting with its origin, or the errors, and exit"),
            Option("manual", help: "print the manual page, for man -l"),
            Option("version", help: "print the version"),
        ])

    /// - Throws: ``ConfigurationError`` with all errors, not only the first.
    init(
        _ arguments: Arguments, environment: [String: String] = ProcessInfo.processInfo.environment,
        standardFile: String = Self.standardFile
    ) throws(ConfigurationError) {
        let read = try Self.read(arguments, environment, standardFile)
        let given = Settings(arguments, environment: environment, file: read)
        var problems: [String] = []
        func checked<T>(_ standard: T, _ value: () throws(ConfigurationError) -> T?) -> T {
            do throws(ConfigurationError) { return try value() ?? standard } catch {
                problems += error.problems
                return standard
            }
        }
        socket = given["socket"] ?? Locations.socket(environment: environment)
        data = given["data"] ?? Locations.data(environment: environment)
        registry = given["registry"]
        shared = given["shared"]
        let outage = checked(60) { () throws(ConfigurationError) in
            try given.integer("without-database", in: 0...86_400)
        }
        self.outage = .seconds(outage)
        model = given["model"]
        detector = given["detector"]
        threads = checked(ProcessInfo.processInfo.activeProcessorCount) { () throws(ConfigurationError) in
            try given.integer("threads", in: 1...256)
        }
        program = given["program"].map { URL(filePath: $0).absoluteURL.standardized.path } ?? Self.commandProgram
        let level = checked(Log.Level.info.name) { () throws(ConfigurationError) in
            try given.choice("log-level", of: Log.Level.allCases.map(\.name))
        }
        logLevel = Log.Level(name: level) ?? .info
        let format = checked(Log.Format.text.rawValue) { () throws(ConfigurationError) in
            try given.choice("log-format", of: Log.Format.allCases.map(\.rawValue))
        }
        logFormat = Log.Format(rawValue: format) ?? .text
        func users(_ name: String) -> UserList {
            checked(.nobody) { () throws(ConfigurationError) in
                try given.parsed(name, "users") { text throws(ConfigurationError) in try UserList(text) }
            }
        }
        roles = Roles(readers: users("readers"), operators: users("operators"))
        func number(_ name: String, upTo most: Int) -> Int? {
            checked(nil) { () throws(ConfigurationError) -> Int?? in try given.integer(name, in: 1...most) }
        }
        limits = PeerLimits(
            rate: number("rate-limit", upTo: 1_000_000), bodyBytes: number("size-limit", upTo: 1 << 20).map { $0 << 20 }
        )
        listen = checked(nil) { () throws(ConfigurationError) in
            try given.parsed("listen", "a loopback address with a port") { text throws(ConfigurationError) in
                try LoopbackAddress(text)
            }
        }
        let isAllowed = checked("yes") { () throws(ConfigurationError) in try given.choice("page", of: ["yes", "no"]) }
        let pageURL: PageURL? = checked(nil) { () throws(ConfigurationError) in
            try given.parsed("page-url", "an address such as https://host/path/", PageURL.init)
        }
        page = PageSettings(isAllowed: isAllowed == "yes", url: pageURL)
        let standard = ConnectionLimits()
        connections = ConnectionLimits(
            total: number("connections", upTo: 100_000) ?? standard.total,
            perPeer: number("connections-per-user", upTo: 100_000) ?? standard.perPeer,
            timeout: number("request-timeout", upTo: 3600).map { .seconds($0) } ?? standard.timeout)
        let bodyMemory = BodyBudget.Limits()
        bodies = BodyBudget.Limits(
            total: number("body-memory", upTo: 1 << 20).map { $0 << 20 } ?? bodyMemory.total,
            perCaller: number("body-memory-per-user", upTo: 1 << 20).map { $0 << 20 } ?? bodyMemory.perCaller)
        func days(_ name: String, _ standard: Int) -> Int {
            checked(standard) { () throws(ConfigurationError) in
                try given.parsed(name, "a number of days up to 36500, or 0 or never", Retention.days)
            }
        }
        let usual = Retention()
        retention = Retention(
            trash: days("keep-trash", usual.trash), audit: days("keep-audit", usual.audit),
            jobs: days("keep-jobs", usual.jobs), models: days("keep-models", usual.models),
            vectors: days("keep-vectors", usual.vectors))
        let reach = checked(WebhookReach.loopback.rawValue) { () throws(ConfigurationError) in
            try given.choice("webhooks", of: WebhookReach.allCases.map(\.rawValue))
        }
        webhooks = WebhookReach(rawValue: reach) ?? .loopback
        file = read?.path
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        let values = [
            "socket": socket, "data": data,
            "registry": registry.map(Registry.shown) ?? "a file in the data directory",
            "shared": shared ?? "the data directory", "without-database": String(outage),
            "model": model ?? "the active one",
            "detector": detector ?? "the active one", "threads": String(threads),
            "program": program, "readers": given["readers"] ?? "nobody else",
            "operators": given["operators"] ?? "nobody else", "log-level": level, "log-format": format,
            "rate-limit": given["rate-limit"] ?? "no limit",
            "size-limit": given["size-limit"] ?? "what the route takes", "listen": listen?.description ?? "no TCP",
            "page": isAllowed, "page-url": page.url?.description ?? "no proxy",
            "connections": String(connections.total), "connections-per-user": String(connections.perPeer),
            "body-memory": String(bodies.total >> 20), "body-memory-per-user": String(bodies.perCaller >> 20),
            "request-timeout": String(connections.timeout.components.seconds),
            "webhooks": reach, "keep-trash": Retention.text(retention.trash),
            "keep-audit": Retention.text(retention.audit),
            "keep-jobs": Retention.text(retention.jobs), "keep-models": Retention.text(retention.models),
            "keep-vectors": Retention.text(retention.vectors),
        ]
        settings = Self.settingOptions.map { ($0.name, values[$0.name] ?? "", given.origin(of: $0.name)) }
    }

    private static func read(
        _ arguments: Arguments, _ environment: [String: String], _ standardFile: String
    ) throws(ConfigurationError) -> ConfigurationFile? {
        let variable = environment["ANIWHO_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let named = arguments["config"] ?? variable
        let path = named ?? standardFile
        guard named != nil || FileManager.default.fileExists(atPath: path) else { return nil }
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw ConfigurationError(["cannot read the configuration file \(path): \(SystemReason.text(error))"])
        }
        return try ConfigurationFile(text, path: path, names: settingOptions.map(\.name))
    }

    /// The settings as a table of text.
    var table: String {
        let widths = [settings.map(\.name.count).max() ?? 0, settings.map(\.value.count).max() ?? 0]
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.count)
        }
        return settings.map { "\(padded($0.name, widths[0]))  \(padded($0.value, widths[1]))  \($0.origin)" }
            .joined(separator: "\n")
    }

    /// The names of the changed settings that need a restart.
    func needingRestart(from former: Configuration) -> [String] {
        let reloaded = [
            "readers", "operators", "log-level", "log-format", "rate-limit", "size-limit", "connections",
            "connections-per-user", "body-memory", "body-memory-per-user", "webhooks", "keep-trash", "keep-audit",
            "keep-jobs", "keep-models", "keep-vectors",
        ]
        return zip(settings, former.settings).filter { $0.value != $1.value }.map(\.0.name).filter {
            !reloaded.contains($0)
        }
    }

    /// The path of `aniwho` in the folder of the daemon's own program.
    private static var commandProgram: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "aniwho")
            .path
    }
}
