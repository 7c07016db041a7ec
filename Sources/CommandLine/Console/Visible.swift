import Foundation

/// Text that comes from elsewhere, such as the name of a file, with its control characters made visible.
///
/// An escape sequence would be carried out by the terminal, a line break would forge a row of a table, and codes for the direction of
/// text would show it in another order. They are shown as codes: `\n`, `\x1B`, `\u202E`. JSON and CSV files keep the text as it is.
enum Visible {
    /// In one line.
    static func line(_ text: String) -> String { visible(text) { isUnsafe($0) } }

    /// In its own lines.
    static func text(_ text: String) -> String { visible(text) { isUnsafe($0) && $0 != "\n" && $0 != "\t" } }

    /// In its own lines, of which all but the first are indented, so that none looks like a message of its own.
    static func message(_ text: String) -> String { self.text(text).replacing("\n", with: "\n  ") }

    /// JSON with the control characters that it allows in strings as the codes that mean the same.
    static func json(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { (0x7F...0x9F).contains($0.value) }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if (0x7F...0x9F).contains(scalar.value) {
                result += "\\u00" + String(scalar.value, radix: 16)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func visible(_ text: String, _ isUnsafe: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) { result += code(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: false
        case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
        default: [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let width = scalar.value < 0x100 ? 2 : 4
            return (width == 2 ? "\\x" : "\\u") + String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }
}
