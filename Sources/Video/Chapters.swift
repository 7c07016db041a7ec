/// Chapters of a video that say who is on the screen.
///
/// Source: W3C, "WebVTT: The Web Video Text Tracks Format", section 4.3, for cues of kind `chapters`, of which no two overlap.
public enum Chapters {
    /// A part of a video in which the same characters are on the screen.
    public struct Chapter: Sendable, Equatable {
        /// Milliseconds from the beginning of the video.
        public let start: Int
        public var end: Int
        /// Sorted; nil, which comes last, stands for everybody unknown.
        public let characters: [String?]
    }

    /// The parts, in order. Parts without anybody are left out.
    /// - Parameter times: in any order; they may overlap.
    public static func chapters(of times: [ScreenTime]) -> [Chapter] {
        let moments = Set(times.flatMap { [$0.start, $0.end] }).sorted()
        var chapters: [Chapter] = []
        for (start, end) in zip(moments, moments.dropFirst()) {
            let shown = times.filter { $0.start < end && $0.end > start }
            guard !shown.isEmpty else { continue }
            let names: [String?] = Set(shown.compactMap(\.character)).sorted()
            let characters = names + (shown.contains { $0.character == nil } ? [nil] : [])
            if let last = chapters.last, last.end == start, last.characters == characters {
                chapters[chapters.count - 1].end = end
            } else {
                chapters.append(Chapter(start: start, end: end, characters: characters))
            }
        }
        return chapters
    }

    /// The chapters as a WebVTT file.
    /// - Parameter unknown: what an unknown character is called.
    public static func webVTT(_ times: [ScreenTime], unknown: String = "unknown") -> String {
        let cues = chapters(of: times).map { chapter in
            let names = chapter.characters.map { text($0 ?? unknown) }.joined(separator: ", ")
            return "\(time(chapter.start)) --> \(time(chapter.end))\n\(names)\n"
        }
        return (["WEBVTT\n"] + cues).joined(separator: "\n")
    }

    /// A time as WebVTT has it: `00:23:40.040`.
    static func time(_ milliseconds: Int) -> String {
        func digits(_ value: Int, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let seconds = milliseconds / 1000
        return
            "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2)).\(digits(milliseconds % 1000, 3))"
    }

    /// Text of a cue: characters that have a meaning there are written as references, and a name is one line.
    private static func text(_ name: String) -> String {
        var result = ""
        for character in name {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character.isNewline ? " " : character)
            }
        }
        return result
    }
}
