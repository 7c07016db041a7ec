import Foundation

/// The rules for notes: text of one or more lines, stored in Unicode's composed form (NFC) and trimmed.
enum RegistryNote {
    /// The longest note, in bytes of UTF-8.
    static let maximumBytes = 4000

    /// The note as it is stored.
    /// - Throws: `invalidName` when it is longer than ``maximumBytes``, or holds control characters other than line breaks and tabs.
    static func validated(_ note: String) throws(RegistryError) -> String {
        let note = note.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
        guard note.utf8.count <= maximumBytes else {
            throw RegistryError(
                .invalidName,
                "the note is \(note.utf8.count) bytes long; at most \(maximumBytes) bytes of UTF-8 are allowed")
        }
        guard
            !note.unicodeScalars.contains(where: {
                $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
            })
        else { throw RegistryError(.invalidName, "the note holds a control character; remove it") }
        return note
    }
}
