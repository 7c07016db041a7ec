import API
import Foundation

/// Which addresses webhooks may call: the daemon's setting `webhooks`.
///
/// A webhook makes the daemon send requests, so it could be made to reach what its owner cannot. Therefore the address that a name leads to
/// is checked when the connection is made, not only the name; redirects are not followed; and nothing of an answer is shown but its status.
enum WebhookReach: String, CaseIterable, Sendable {
    /// None.
    case off
    /// This machine.
    case loopback
    /// Any machine, by https. Addresses of private networks also by http.
    case network

    /// Whether a connection to an address may be made.
    /// - Parameter isSecure: whether it is by https.
    func permits(_ kind: AddressKind, isSecure: Bool) -> Bool {
        switch (self, kind) {
        case (.off, _), (_, .reserved): false
        case (_, .loopback): true
        case (.loopback, _): false
        case (.network, .privateNetwork): true
        case (.network, .publicNetwork): isSecure
        }
    }

    /// - Returns: the address of a webhook as it is stored.
    /// - Throws: `bad_parameter` for what is no address that a webhook may have under this setting.
    func checked(_ text: String) throws(APIError) -> String {
        guard self != .off else {
            throw APIError(
                .forbidden, "webhooks are off; set webhooks to loopback or network in the daemon's configuration")
        }
        guard text.utf8.count <= 2000, let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            parts.port.map((1...65535).contains) ?? true
        else {
            throw APIError(.badParameter, "“\(text)” is no address such as http://127.0.0.1:8080/path or https://…")
        }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            throw APIError(
                .badParameter,
                "an address of a webhook holds no user, password or #; put a key into the path, or check the signature"
            )
        }
        if self == .loopback, !Self.isLoopback(host) {
            throw APIError(
                .badParameter,
                "webhooks may call this machine only, such as http://127.0.0.1:8080, not \(host). To allow others, set webhooks to network in the daemon's configuration"
            )
        }
        return text
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        return name == "localhost" || AddressKind(literal: name) == .loopback
    }
}

/// What an IP address leads to: IANA's registries of special-purpose addresses (RFC 6890).
enum AddressKind: Sendable, Equatable {
    /// This machine.
    case loopback
    /// 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7.
    case privateNetwork
    case publicNetwork
    /// What no service has: link-local addresses, where clouds answer for their machines, multicast, unspecified and reserved ones.
    case reserved

    /// - Parameter bytes: 4 of IPv4 or 16 of IPv6, in network order.
    init(_ bytes: [UInt8]) {
        guard bytes.count == 16 else {
            self = bytes.count == 4 ? Self.version4(bytes) : .reserved
            return
        }
        let head = Array(bytes.prefix(12))
        if head == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] || head == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
            // IPv4 within IPv6, as it is or through a translator.
            self = Self.version4(Array(bytes.suffix(4)))
        } else if bytes == [UInt8](repeating: 0, count: 15) + [1] {
            self = .loopback
        } else if head == [UInt8](repeating: 0, count: 12) || bytes[0] == 0xFF
            || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        {
            self = .reserved
        } else {
            self = bytes[0] & 0xFE == 0xFC ? .privateNetwork : .publicNetwork
        }
    }

    /// - Returns: nil for what is no address in numbers.
    init?(literal text: String) {
        var (four, six) = (in_addr(), in6_addr())
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(unsafe withUnsafeBytes(of: four) { unsafe Array($0) })
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            self.init(unsafe withUnsafeBytes(of: six) { unsafe Array($0) })
        } else {
            return nil
        }
    }

    private static func version4(_ bytes: [UInt8]) -> AddressKind {
        switch (bytes[0], bytes[1]) {
        case (127, _): .loopback
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): .privateNetwork
        case (0, _), (169, 254), (224..., _): .reserved
        default: .publicNetwork
        }
    }
}
