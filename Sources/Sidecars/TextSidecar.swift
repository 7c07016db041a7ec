import Foundation

/// A tag a line. Lines that are there stay as they are; tags are added at the end.
enum TextSidecar {
    static func merged(_ tags: PictureTags, into existing: Data?) throws(SidecarError) -> Data? {
        guard let existing, !existing.isEmpty else {
            return tags.lines.isEmpty ? nil : Data((tags.lines.joined(separator: "\n") + "\n").utf8)
        }
        guard let text = String(validating: existing, as: UTF8.self) else {
            throw SidecarError("it is no UTF-8 text; convert it, for example with iconv")
        }
        guard !text.unicodeScalars.contains("\0") else { throw SidecarError("it is no text: it holds a NUL character") }
        let present = Set(text.split(whereSeparator: \.isNewline).map { key(String($0)) })
        let missing = tags.lines.filter { !present.contains(key($0)) }
        guard !missing.isEmpty else { return nil }
        let ending = text.contains("\r\n") ? "\r\n" : "\n"
        let isOpen = text.last?.isNewline == false
        return existing + Data(((isOpen ? ending : "") + missing.joined(separator: ending) + ending).utf8)
    }

    /// Programs write the same tag in lower case, and with spaces around it.
    private static func key(_ line: String) -> String {
        line.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\u{FEFF}"))).lowercased()
            .precomposedStringWithCanonicalMapping
    }
}
