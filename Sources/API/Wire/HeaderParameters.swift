import Foundation

/// The parameters of a header's value: `boundary` of `multipart/form-data; boundary=x`.
///
/// Values are bytes, because a file name may be in any encoding. Characters would not do even for UTF-8: a name that begins with a combining
/// mark would join the quote before it.
struct HeaderParameters {
    /// By name in lower case. The first value of a name counts.
    private var values: [String: [UInt8]] = [:]

    private static let (semicolon, equals) = (UInt8(ascii: ";"), UInt8(ascii: "="))
    private static let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))

    init(_ header: some Sequence<UInt8>) {
        var rest = Array(header).drop { $0 != Self.semicolon }
        while rest.popFirst() != nil {
            let name = rest.prefix { $0 != Self.equals && $0 != Self.semicolon }
            rest = rest.dropFirst(name.count)
            guard rest.first == Self.equals else { continue }
            rest = rest.dropFirst().drop(while: Self.isBlank)
            let value = rest.first == Self.quote ? Self.quoted(&rest) : Self.plain(&rest)
            let key = String(decoding: Self.trimmed(name), as: UTF8.self).lowercased()
            if values[key] == nil { values[key] = value }
        }
    }

    /// The bytes of a parameter, without quotes; nil when there is no such parameter.
    subscript(name: String) -> [UInt8]? { values[name] }

    /// The name of a part that is a file; nil for a part that is none. `filename*` (RFC 5987) counts before `filename`.
    var fileName: String? {
        let plain = self["filename"].map(Self.text)
        guard let extended = self["filename*"] else { return plain }
        return Self.extended(extended) ?? plain ?? Self.text(extended)
    }

    /// Bytes as text. Where they are not UTF-8, each byte beyond ASCII becomes `%XX`, so that different names stay different.
    static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined()
    }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Array(bytes)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func plain(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let value = rest.prefix { $0 != semicolon }
        rest = rest.dropFirst(value.count)
        return trimmed(value)
    }

    /// Browsers do not escape a backslash, and some programs escape no quote. Therefore a quote ends the value only before a semicolon or at
    /// the header's end, and a backslash is an escape only before another quote.
    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        rest = rest.dropFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote {
                let next = rest.drop(while: isBlank)
                if next.isEmpty || next.first == semicolon {
                    rest = next
                    return value
                }
                if value.last == backslash { value.removeLast() }
            }
            value.append(byte)
        }
        return value
    }

    /// Decodes `utf-8'en'%E5%88%9D.png`; nil for another charset or a broken escape.
    private static func extended(_ bytes: [UInt8]) -> String? {
        let parts = bytes.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var decoded: [UInt8] = []
        var rest = parts[2]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        switch String(decoding: parts[0], as: UTF8.self).lowercased() {
        case "utf-8": return String(validating: decoded, as: UTF8.self)
        case "iso-8859-1": return String(String.UnicodeScalarView(decoded.map { UnicodeScalar($0) }))
        default: return nil
        }
    }
}
