import API
import Client
import Options

/// What commands that talk to the daemon have in common.
extension Option {
    static let socket = Option(
        "socket", "PATH", help: "the daemon's socket (default: see aniwho --help)", alternatives: [.server])
    static let server = Option(
        "server", "URL", help: "ask over TCP: http://127.0.0.1:PORT, with the token in ANIWHO_TOKEN")
    static let json = Option("json", help: "print JSON")
}

extension Arguments {
    /// The daemon at the socket or server given.
    /// - Precondition: ``daemonAddress`` did not throw, which is asked before a command runs.
    var client: Client { Client((try? daemonAddress) ?? .socket(Locations.socket())) }

    /// Where the daemon is asked.
    /// - Throws: `usage` when both a socket and a server are given, or the server is none.
    var daemonAddress: DaemonAddress {
        get throws {
            switch (self["socket"], self["server"]) {
            case (nil, nil): try .standard()
            case (let socket?, nil): .socket(socket)
            case (nil, let server?): try DaemonAddress(server: server, token: DaemonAddress.token())
            case (.some, .some): throw misuse("--socket and --server cannot both be given")
            }
        }
    }
}
