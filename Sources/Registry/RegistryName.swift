import API
import Foundation

/// The rules for the names of characters, models and classifiers, for aliases, series and tags.
///
/// A name is stored in Unicode's composed form (NFC), trimmed, without invisible codes, and compared byte for byte. `Rei` and `rei` are two
/// names; `é` is one name, typed as one code point or as two. Two names of one kind never look the same.
enum RegistryName {
    /// The longest name, in bytes of UTF-8.
    static let maximumBytes = 200
    /// The most tags of a character.
    static let mostTags = 50
    /// The most aliases of a character.
    static let mostAliases = 50

    /// A name that a user gave, to look for. ``new(_:as:)`` is what is stored.
    /// - Parameter kind: what the error's text calls it.
    /// - Throws: `invalidName` for a name that is empty, invisible, longer than ``maximumBytes``, or `.` or `..` (URLs cannot carry
    ///   these), and for one that holds control characters, line breaks or codes that reorder text.
    static func validated(_ name: String, as kind: String = "name") throws(RegistryError) -> String {
        let trimmed = name.precomposedStringWithCanonicalMapping.trimmingCharacters(in: margin)
        guard trimmed.unicodeScalars.contains(where: isVisible) else {
            throw RegistryError(.invalidName, "a \(kind) needs at least one visible character")
        }
        guard trimmed.utf8.count <= maximumBytes else {
            throw RegistryError(
                .invalidName,
                "the \(kind) is \(trimmed.utf8.count) bytes long; at most \(maximumBytes) bytes of UTF-8 are allowed")
        }
        if let scalar = trimmed.unicodeScalars.first(where: isForbidden) {
            let number = String(scalar.value, radix: 16, uppercase: true)
            let code = "U+" + String(repeating: "0", count: max(0, 4 - number.count)) + number
            throw RegistryError(
                .invalidName,
                "the \(kind) holds \(code), a control character, line break or text direction code; remove it")
        }
        guard trimmed != ".", trimmed != ".." else {
            throw RegistryError(.invalidName, "'\(trimmed)' cannot be a \(kind): it means a folder in paths and URLs")
        }
        return trimmed
    }

    /// White space, and the invisible codes that text copied from a web page often ends with.
    private static let margin = CharacterSet.whitespaces.union(CharacterSet(charactersIn: "\u{200B}\u{2060}\u{FEFF}"))

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint && !isForbidden(scalar)
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Embeddings, overrides and isolates make a name look like another one; noncharacters are no text.
        default:
            scalar.properties.isNoncharacterCodePoint
                || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
    }
}
