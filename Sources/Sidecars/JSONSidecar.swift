import Foundation
import Geometry

/// An object with the key `aniwho`. All other keys of an object that is there, such as a downloader's, stay byte for byte.
enum JSONSidecar {
    static let key = "aniwho"

    private struct Contents: Encodable {
        struct Face: Encodable {
            let character: String?
            let series: String?
            let box: [Int]?
            let probability: Double?

            enum CodingKeys: CodingKey { case character, series, box, probability }

            /// With every key, null where there is no value.
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(character, forKey: .character)
                try container.encode(series, forKey: .series)
                try container.encode(box, forKey: .box)
                try container.encode(probability, forKey: .probability)
            }
        }

        let tags: [String]
        /// Of the upright picture in pixels, where faces have boxes.
        let width, height: Int?
        let faces: [Face]

        init(_ tags: PictureTags) {
            self.tags = tags.lines
            (width, height) = (tags.geometry?.width, tags.geometry?.height)
            faces = tags.faces.map { face in
                Face(
                    character: face.character, series: face.character.flatMap(tags.series(of:)),
                    box: face.box.map { $0.values },
                    probability: face.probability.map { ($0 * 10_000).rounded() / 10_000 })
            }
        }
    }

    static func merged(_ tags: PictureTags, into existing: Data?) throws(SidecarError) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let value = try? encoder.encode(Contents(tags)) else {
            throw SidecarError("the tags cannot be written as JSON")
        }
        guard let existing, !existing.isEmpty else {
            return tags.faces.isEmpty ? nil : Data("{\"\(key)\":".utf8) + value + Data("}\n".utf8)
        }
        guard let members = try JSONMembers(existing) else {
            throw SidecarError("it is JSON, but not an object, so no key can be added")
        }
        guard let member = members.named(key) else {
            guard !tags.faces.isEmpty else { return nil }
            let comma = members.isEmpty ? "" : ","
            return members.inserting(Data("\(comma)\"\(key)\":".utf8) + value)
        }
        guard existing[member] != value else { return nil }
        return existing[existing.startIndex..<member.lowerBound] + value + existing[member.upperBound...]
    }
}

/// Where the members of a JSON object lie in its text.
struct JSONMembers {
    private let text: Data
    private var members: [(name: String, value: Range<Int>)] = []
    /// Of the object's closing brace.
    private var end = 0

    var isEmpty: Bool { members.isEmpty }

    /// - Returns: nil for JSON that is no object.
    /// - Throws: ``SidecarError`` for what is no JSON, and for a key that is there twice.
    init?(_ data: Data) throws(SidecarError) {
        text = Data(data)
        let value: Any
        do { value = try JSONSerialization.jsonObject(with: text, options: .fragmentsAllowed) } catch {
            throw SidecarError("it is no valid JSON; mend or move it")
        }
        guard value is [String: Any], String(validating: text, as: UTF8.self) != nil else { return nil }
        try scan()
    }

    /// Where a member's value lies.
    func named(_ name: String) -> Range<Int>? { members.first { $0.name == name }?.value }

    /// The text with more before the object's end.
    func inserting(_ member: Data) -> Data {
        // After the last value, so that the line breaks before the brace stay there.
        let place = members.last?.value.upperBound ?? end
        return text[..<place] + member + text[place...]
    }

    /// Finds the members of an object that a parser has found valid.
    private mutating func scan() throws(SidecarError) {
        var (depth, isInText, nameStart): (Int, Bool, Int?) = (0, false, nil)
        var name: String?
        var valueStart: Int?
        var (last, index) = (0, 0)
        func close(_ members: inout [(name: String, value: Range<Int>)]) throws(SidecarError) {
            guard let key = name, let start = valueStart else { return }
            guard !members.contains(where: { $0.name == key }) else {
                throw SidecarError("it has the key “\(key)” twice; remove one")
            }
            members.append((key, start..<last + 1))
            (name, valueStart) = (nil, nil)
        }
        while index < text.count {
            let byte = text[index]
            if isInText {
                if byte == UInt8(ascii: "\\") {
                    index += 1
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                    if depth == 1, let start = nameStart {
                        name = try? JSONDecoder().decode(String.self, from: text[start...index])
                        nameStart = nil
                    }
                }
                last = index
            } else {
                switch byte {
                case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
                case UInt8(ascii: ",") where depth == 1: try close(&members)
                case UInt8(ascii: ":") where depth == 1: break
                case UInt8(ascii: "}") where depth == 1:
                    try close(&members)
                    end = index
                    depth = 0
                default:
                    if depth == 1, name != nil, valueStart == nil { valueStart = index }
                    if byte == UInt8(ascii: "\"") {
                        isInText = true
                        if depth == 1, name == nil { nameStart = index }
                    }
                    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
                    if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
                    last = index
                }
            }
            index += 1
        }
    }
}
