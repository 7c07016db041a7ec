/// Percent-encoding of path segments and query values (RFC 3986).
///
/// A segment is encoded and decoded on its own, so a name may hold slashes.
public enum PercentEncoding {
    /// Encodes everything but unreserved characters. `.` and `..` are encoded whole, because HTTP clients remove such segments.
    public static func encode(_ text: String) -> String {
        let dots = text == "." || text == ".."
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) && !dots {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes a segment or a query's name or value.
    /// - Parameter plusIsSpace: the form convention, for queries.
    /// - Returns: nil when an escape is incomplete or the bytes are not UTF-8.
    public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes a query, sorted by name: `?a=1&b=2`, or nothing when empty.
    public static func encodeQuery(_ query: [String: String]) -> String {
        guard !query.isEmpty else { return "" }
        let pairs = query.sorted { $0.key < $1.key }.map { "\(encode($0.key))=\(encode($0.value))" }
        return "?" + pairs.joined(separator: "&")
    }

    /// Decodes the part of a target after `?`.
    /// - Throws: `bad_request` for a broken escape or a name given twice.
    public static func decodeQuery(_ text: some StringProtocol) throws(APIError) -> [String: String] {
        var query: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(sides[0], plusIsSpace: true),
                let value = decode(sides.count > 1 ? sides[1] : "", plusIsSpace: true)
            else {
                throw APIError(.badRequest, "the query has a broken percent escape")
            }
            guard query.updateValue(value, forKey: name) == nil else {
                throw APIError(.badParameter, "the query gives “\(name)” twice")
            }
        }
        return query
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
