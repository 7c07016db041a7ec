import Foundation
import Geometry

/// Keywords and regions of faces in an XMP file.
///
/// Three lists hold the names: `dc:subject` as plain keywords, `digiKam:TagsList` and `lr:hierarchicalSubject` below `People` and `Series`, which
/// is where digiKam and Lightroom keep persons. `aniwho:Written` lists what AniWho added, so that a later answer can replace exactly that.
enum XMPSidecar {
    static func merged(_ tags: PictureTags, into existing: Data?) throws(SidecarError) -> Data? {
        var document: XMPDocument
        if let existing, !existing.isEmpty {
            document = try XMPDocument(existing)
        } else {
            guard !tags.faces.isEmpty else { return nil }
            document = XMPDocument()
        }
        let former = Set(try document.items(.written))
        var marks: [String] = []
        for list in KeywordList.all { marks += try list.update(&document, with: tags, former) }
        marks += try XMPRegions.update(&document, with: tags, former)
        try document.change(.written, adding: marks, removing: former)
        return document.isChanged ? document.data : nil
    }
}

/// A list of keywords.
struct KeywordList {
    let name: XMPName
    /// Begins the notes of what AniWho added to it.
    let mark: String
    /// Between a keyword and its parent; nil for keywords without parents.
    let separator: Character?

    static let tagsList = KeywordList(name: .tagsList, mark: "digikam:", separator: "/")
    static let hierarchical = KeywordList(name: .hierarchicalSubject, mark: "lightroom:", separator: "|")
    static let all = [KeywordList(name: .subject, mark: "subject:", separator: nil), tagsList, hierarchical]

    /// The parents of the keywords. digiKam keeps persons below the first.
    static let (people, series) = ("People", "Series")
    /// What digiKam calls a face that it cannot name.
    private static let unknown = "Unknown"
    /// In a name, a separator would begin another keyword.
    private static let substitutes: [Character: Character] = ["/": "\u{2215}", "|": "\u{2223}"]

    /// Adds the keywords, and takes those back that AniWho added and that no longer hold.
    /// - Parameter former: the notes of what AniWho added.
    /// - Returns: the notes of what is there of AniWho now.
    func update(
        _ document: inout XMPDocument, with tags: PictureTags, _ former: Set<String>
    ) throws(SidecarError) -> [String] {
        let wanted = keywords(tags)
        let present = Set(try document.items(name))
        let own = Set(former.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) })
        try document.change(name, adding: wanted, removing: own)
        return wanted.filter { own.contains($0) || !present.contains($0) }.map { mark + $0 }
    }

    private func keywords(_ tags: PictureTags) -> [String] {
        guard let separator else {
            return tags.characters + tags.series + (tags.hasUnknown ? [PictureTags.unknown] : [])
        }
        func below(_ parent: String, _ name: String) -> String {
            let name = Self.substitutes[separator].map { name.replacing(String(separator), with: String($0)) } ?? name
            return "\(parent)\(separator)\(name)"
        }
        return tags.characters.map { below(Self.people, $0) } + tags.series.map { below(Self.series, $0) }
            + (tags.hasUnknown ? [below(Self.people, Self.unknown)] : [])
    }

    /// The persons among the keywords: the last word of each below `People`.
    func people(in document: XMPDocument) throws(SidecarError) -> [(name: String, mark: String)] {
        guard let separator else { return [] }
        return try document.items(name).compactMap { keyword -> (name: String, mark: String)? in
            let words = keyword.split(separator: separator)
            guard words.count > 1, words[0] == Self.people, let last = words.last, last != Self.unknown else {
                return nil
            }
            let name = Self.substitutes[separator].map { String(last).replacing(String($0), with: String(separator)) }
            return (name ?? String(last), mark + keyword)
        }
    }
}
