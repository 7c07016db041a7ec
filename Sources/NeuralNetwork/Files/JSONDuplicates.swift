import Foundation

/// Finds keys that an object of a JSON text has twice, which Foundation's readers do not tell.
struct JSONDuplicates {
    /// An object or array that is open at this place.
    private struct Level {
        let isObject: Bool
        /// The object's keys so far.
        var keys: Set<String> = []
        /// Whether the next string is a key.
        var wantsKey: Bool
        /// The key whose value is being read.
        var key = ""
    }

    private var levels: [Level] = []

    /// The keys that lead to the first duplicate, itself last; nil where there is none.
    /// - Parameter json: UTF-8 text that a JSON reader has accepted.
    static func first(in json: Data) -> [String]? {
        var search = JSONDuplicates()
        var place = json.startIndex
        while place < json.endIndex {
            if json[place] == UInt8(ascii: "\"") {
                let end = endOfString(json, from: place)
                if let found = search.meet(json[place..<end]) { return found }
                place = end
            } else {
                search.meet(json[place])
                place += 1
            }
        }
        return nil
    }

    private mutating func meet(_ sign: UInt8) {
        switch sign {
        case UInt8(ascii: "{"): levels.append(Level(isObject: true, wantsKey: true))
        case UInt8(ascii: "["): levels.append(Level(isObject: false, wantsKey: false))
        case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
        case UInt8(ascii: ","):
            if let last = levels.indices.last { levels[last].wantsKey = levels[last].isObject }
        default: break
        }
    }

    private mutating func meet(_ string: Data) -> [String]? {
        guard let last = levels.indices.last, levels[last].wantsKey else { return nil }
        levels[last].wantsKey = false
        levels[last].key = Self.decoded(string)
        let isNew = levels[last].keys.insert(levels[last].key).inserted
        return isNew ? nil : levels.filter(\.isObject).map(\.key)
    }

    /// One past the closing quote.
    private static func endOfString(_ json: Data, from start: Int) -> Int {
        var place = start + 1
        while place < json.endIndex, json[place] != UInt8(ascii: "\"") {
            place += json[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place + 1, json.endIndex)
    }

    /// The text of a string in quotes; only escapes need a reader.
    private static func decoded(_ string: Data) -> String {
        if string.contains(UInt8(ascii: "\\")),
            let text = try? JSONSerialization.jsonObject(with: string, options: .fragmentsAllowed) as? String
        {
            return text
        }
        return String(decoding: string.dropFirst().dropLast(), as: UTF8.self)
    }
}
