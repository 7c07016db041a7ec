import API
import Client
import Options

/// What commands that talk to the daemon have in common.
extension Option {
    static let socket = Option("socket", "PATH", help: "the daemon's socket (default: see aniwho --help)")
    static let json = Option("json", help: "print JSON")
}

extension Arguments {
    /// The daemon at the socket given.
    var client: Client { self["socket"].map { Client(socket: $0) } ?? Client() }
}
