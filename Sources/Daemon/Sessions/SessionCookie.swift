import Foundation

/// The cookie that holds a session's secret.
enum SessionCookie {
    /// The port follows: all ports of a machine share their cookies, and several daemons may run on it.
    static let prefix = "aniwho-"

    /// The header `Set-Cookie`. Scripts cannot read the cookie, and browsers do not send it with requests of other sites.
    /// - Parameters:
    ///   - port: that the daemon listens on.
    ///   - page: the page's address behind a proxy; nil without one.
    static func header(_ secret: String, port: UInt16, page: PageURL?, seconds: Int) -> String {
        var parts = [
            "\(prefix)\(port)=\(secret)", "Path=\(page?.path ?? "/")", "Max-Age=\(max(0, seconds))", "HttpOnly",
            "SameSite=Strict",
        ]
        if page?.isSecure == true { parts.append("Secure") }
        return parts.joined(separator: "; ")
    }
}

/// The page's address behind a reverse proxy: `https://faces.example.org/`, `https://example.org/faces/`.
struct PageURL: Sendable, Equatable, CustomStringConvertible {
    let description: String
    /// The host, with its port if that is named, in lower case.
    let host: String
    /// Scheme and host, as browsers send them in `Origin`.
    let origin: String
    /// Ends with a slash.
    let path: String
    var isSecure: Bool { origin.hasPrefix("https:") }

    /// - Returns: nil for anything but an `https` address, or an `http` address of this machine, without query and fragment.
    init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let name = parts.host?.lowercased(), !name.isEmpty, parts.user == nil, parts.query == nil,
            parts.fragment == nil, parts.path.isEmpty || parts.path.hasPrefix("/")
        else { return nil }
        let isLocal = scheme == "http" && Authentication.isThisMachine(name)
        guard scheme == "https" || isLocal else { return nil }
        let standard = scheme == "https" ? 443 : 80
        host = name + (parts.port.flatMap { $0 == standard ? nil : ":\($0)" } ?? "")
        origin = "\(scheme)://\(host)"
        path = parts.path.hasSuffix("/") ? parts.path : parts.path + "/"
        description = origin + path
    }
}
