public import API
public import Foundation

/// Where a daemon is asked.
public enum DaemonAddress: Sendable, Equatable, CustomStringConvertible {
    /// At its Unix socket.
    case socket(String)
    /// Over TCP: `http://127.0.0.1:8642`, with a token.
    case server(String, token: String?)

    /// - Throws: `usage` when a text is no URL of a server on this machine.
    public init(server text: String, token: String?) throws(APIError) {
        guard let parts = URLComponents(string: text), parts.scheme == "http", let host = parts.host, parts.port != nil,
            parts.user == nil, ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil
        else {
            throw APIError(
                .usage, "“\(text)” is no server: write http://127.0.0.1:PORT, as the daemon's setting listen says")
        }
        guard host.lowercased() == "localhost" || Self.isLoopback(host) else {
            throw APIError(
                .usage,
                "\(host) is not this machine, and a token must not travel a network in the clear; reach it with: ssh -L \(parts.port ?? 0):127.0.0.1:\(parts.port ?? 0) \(host)"
            )
        }
        self = .server(text.hasSuffix("/") ? String(text.dropLast()) : text, token: token)
    }

    /// Whether a host is a numeric address of 127.0.0.0/8, or ::1. A name that begins like one, such as 127.0.0.1.example, is not.
    private static func isLoopback(_ host: String) -> Bool {
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, host, &address) == 1 else { return ["[::1]", "::1"].contains(host) }
        return UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    /// `$ANIWHO_SERVER` with `$ANIWHO_TOKEN`, else the socket of ``Locations``.
    /// - Throws: `usage` when `$ANIWHO_SERVER` is no server's.
    public static func standard(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(APIError) -> DaemonAddress {
        guard let server = environment["ANIWHO_SERVER"], !server.isEmpty else {
            return .socket(Locations.socket(environment: environment))
        }
        return try DaemonAddress(server: server, token: token(environment: environment))
    }

    /// `$ANIWHO_TOKEN`; nil when it is unset or empty.
    public static func token(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        environment["ANIWHO_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
    }

    public var description: String {
        switch self {
        case .socket(let path): path
        case .server(let server, _): server
        }
    }
}
