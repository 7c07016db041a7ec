import Embedding
import Foundation

/// The signature of a webhook's call: HMAC-SHA-256 (RFC 2104) over the time stamp, a dot and the body.
enum WebhookSignature {
    /// The headers of a call, and their values.
    static func headers(of body: Data, key: String, at time: Date) -> [(name: String, value: String)] {
        let stamp = String(Int(time.timeIntervalSince1970))
        let signature = hmac(Data("\(stamp).".utf8) + body, key: Data(key.utf8))
        return [("AniWho-Timestamp", stamp), ("AniWho-Signature", "sha256=\(signature)")]
    }

    /// A new key: 32 random bytes.
    static func newKey() -> String {
        // The system's generator is cryptographically secure.
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return "whsec_" + text.replacing("=", with: "")
    }

    /// The length of SHA-256's blocks in bytes.
    private static let block = 64

    /// HMAC-SHA-256 in lower-case hexadecimal.
    static func hmac(_ message: Data, key: Data) -> String {
        var key = key.count > block ? digest(key) : key
        key += Data(count: block - key.count)
        return ContentHash.sha256(Data(key.map { $0 ^ 0x5C }) + digest(Data(key.map { $0 ^ 0x36 }) + message))
    }

    /// SHA-256 as 32 bytes.
    private static func digest(_ data: Data) -> Data {
        let digits = ContentHash.sha256(data).utf8.map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
        return Data(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}
