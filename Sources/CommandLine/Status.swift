import API
import Client
import Options

enum Status: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho status", summary: "show the daemon's version, model and number of pictures")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let status = try arguments.client.call(GetStatus.self)
        if console.isJSON { return try console.print(json: status) }
        let model = status.model.map { "\($0.name) (\($0.architecture), width \($0.dimensions))" }
        let seconds = Int(status.uptimeSeconds)
        console.print(
            """
            version     \(status.version), up \(seconds / 3600) h \(seconds / 60 % 60) min \(seconds % 60) s
            model       \(model ?? "none is loaded yet")
            head        \(status.head)
            characters  \(status.characters)
            images      \(Show.images(status.images, ofPacks: status.packImages))
            prototypes  \(status.prototypes)
            classifiers \(status.classifiers)
            trash       \(status.trash.changes == 0 ? "empty" : TrashText.size(status.trash))
            memory      \(Show.bytes(status.residentBytes))
            socket      \(status.socket)
            data        \(status.dataDirectory)
            revision    \(status.revision)
            """)
        for daemon in status.daemons { console.print("daemon      \(text(daemon))") }
    }

    /// A daemon that serves the same database.
    private static func text(_ daemon: DaemonRecord) -> String {
        let state = daemon.isLive ? "" : ", silent for \(Int(daemon.silentSeconds)) s"
        return "\(daemon.name) \(daemon.id.prefix(8)), version \(daemon.version), revision \(daemon.revision)\(state)"
    }
}
