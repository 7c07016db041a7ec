import Foundation

/// What tells apart the daemons that serve one database.
struct DaemonIdentity: Sendable, Equatable {
    /// Of the data directory: a daemon that starts again has the one that it had, and finds the jobs that it worked on.
    let id: String
    /// For people: the name of the machine.
    let name: String

    /// Reads the identity of a data directory, or makes one. Where it cannot be written, such as on a full disk, it lasts until this daemon
    /// ends; its jobs then wait for others or for the lease to end.
    init(in directory: String) {
        name = ProcessInfo.processInfo.hostName
        let file = URL(filePath: directory).appending(path: "daemon-id")
        if let known = try? String(contentsOf: file, encoding: .utf8), let uuid = UUID(uuidString: known.trimmed) {
            id = uuid.uuidString
            return
        }
        id = UUID().uuidString
        try? Data("\(id)\n".utf8).write(to: file, options: .atomic)
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
