import API
import Foundation

/// The names that are stored from version 0.2.0 on. 0.1.0 stored each name as it was given, trimmed and composed.
extension RegistryName {
    /// The name as a new thing gets it.
    /// - Parameter kind: what the error's text calls it.
    /// - Throws: `invalidName`, as ``validated(_:as:)``, and for a name of blank characters.
    static func new(_ name: String, as kind: String = "name") throws(RegistryError) -> String {
        // What is left may be invisible, or a dot.
        try validated(plain(try validated(name, as: kind)), as: kind)
    }

    /// The name without what no reader sees: marks of the text's direction and other invisible codes are removed, and white space of any
    /// length and kind becomes one space. Joiners and variation selectors stay where they change how a script or an emoji looks.
    static func plain(_ name: String) -> String {
        let scalars = Array(name.unicodeScalars)
        var plain = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if isBlank(scalar) {
                if plain.last != " " { plain.append(" ") }
            } else if !scalar.properties.isDefaultIgnorableCodePoint
                || matters(scalar, after: plain.last, before: index + 1 < scalars.count ? scalars[index + 1] : nil)
            {
                plain.append(scalar)
            }
        }
        return String(plain).precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespaces)
    }

    /// What names that a reader cannot tell apart, or hardly, have in common: no invisible codes at all, and one width of letters.
    static func look(_ name: String) -> String {
        var look = String.UnicodeScalarView()
        for scalar in plain(name).unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
            if halfAndFullWidth.contains(scalar) {
                look.append(contentsOf: String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars)
            } else {
                look.append(scalar)
            }
        }
        // A half-width kana and its sound mark are two characters, and the kana of full width is one.
        return String(look).precomposedStringWithCanonicalMapping
    }

    /// The letters of full width for which there are usual ones, and the kana and hangul of half width.
    private static let halfAndFullWidth: ClosedRange<Unicode.Scalar> = "\u{FF01}"..."\u{FFEE}"

    /// White space, and what looks like it: the empty Braille cell, and the Hangul fillers.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || ["\u{2800}", "\u{3164}", "\u{FFA0}"].contains(scalar)
    }

    /// Whether an invisible code changes how the text about it looks.
    private static func matters(
        _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
    ) -> Bool {
        guard let previous else { return false }
        switch scalar.value {
        case 0x200C, 0x200D:
            // Joins letters of scripts from Hebrew to Mongolian and of Indic scripts beyond, and emoji.
            return (0x590...0x1CFF).contains(previous.value) || (0xA800...0xABFF).contains(previous.value)
                || (0x10A00...0x11FFF).contains(previous.value)
                || (scalar == "\u{200D}" && isEmoji(previous) && next?.properties.isEmoji == true)
        case 0xFE0E, 0xFE0F: return previous.isASCII ? next == "\u{20E3}" : previous.properties.isEmoji
        case 0xFE00...0xFE02, 0xE0100...0xE01EF: return previous.properties.isIdeographic
        case 0x180B...0x180F: return (0x1800...0x18AF).contains(previous.value)
        case 0xE0020...0xE007F: return previous == "\u{1F3F4}" || (0xE0020...0xE007E).contains(previous.value)
        case 0x115F, 0x1160, 0x17B4, 0x17B5:
            return (0x1100...0x11FF).contains(previous.value) || (0x1780...0x17FF).contains(previous.value)
        default: return false
        }
    }

    /// Whether an emoji may end here.
    private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII && (scalar.properties.isEmoji || scalar == "\u{FE0F}")
    }
}

/// The small tables whose names are few enough to read all of them.
extension Connection {
    /// The stored name that a user means: the name as it is given, or else the only one that differs from it in nothing that a reader
    /// sees. Nil if there is none.
    func storedName(_ name: String, in table: String, column: String = "name") throws(RegistryError) -> String? {
        let exact = try first("SELECT 1 FROM \(table) WHERE \(column) = $1", [.text(name)]) { $0.int(0) }
        if exact != nil { return name }
        let plain = RegistryName.plain(name)
        let same = try names(in: table, column).filter { RegistryName.plain($0) == plain }
        return same.count == 1 ? same[0] : nil
    }

    /// - Throws: an error of a code if a stored name looks like a new one.
    func checkLook(
        of name: String, as kind: String, in table: String, column: String = "name", _ code: ErrorCode
    ) throws(RegistryError) {
        let look = RegistryName.look(name)
        if let other = try names(in: table, column).first(where: { RegistryName.look($0) == look }) {
            throw RegistryError(code, looksLike: other, name, as: kind)
        }
    }

    private func names(in table: String, _ column: String) throws(RegistryError) -> [String] {
        try all("SELECT DISTINCT \(column) FROM \(table)") { $0.text(0) }
    }
}

extension Connection {
    /// Notes how the names of characters look, where an earlier version has not.
    func noteLooks() throws(RegistryError) {
        let rows = try all("SELECT id, name FROM all_characters WHERE look IS NULL") { ($0.integer(0), $0.text(1)) }
        guard !rows.isEmpty else { return }
        try transaction { () throws(RegistryError) in
            for (id, name) in rows {
                try run(
                    "UPDATE all_characters SET look = $1 WHERE id = $2", [.text(RegistryName.look(name)), .integer(id)])
            }
        }
    }
}

extension RegistryError {
    /// The error for a name that a reader could take for one that is there.
    init(_ code: ErrorCode, looksLike other: String, _ name: String, as kind: String) {
        self.init(
            code,
            other == name
                ? "there is a \(kind) named '\(name)' already"
                : "'\(name)' looks like the \(kind) '\(other)': they differ only in invisible codes, spaces or the width of letters. Use that name, or a name that readers can tell apart; to write it otherwise, rename it"
        )
    }
}
