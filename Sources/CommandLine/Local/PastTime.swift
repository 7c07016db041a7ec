import Foundation

/// A moment as people write it.
enum PastTime {
    /// `2026-01-31`, which begins at midnight UTC, `2026-01-31T18:00:00Z`, or how long ago: `30m`, `12h`, `7d`; nil for anything else.
    static func date(_ text: String, now: Date = Date()) -> Date? {
        let seconds: [Character: Double] = ["m": 60, "h": 3600, "d": 86400]
        if let unit = text.last.flatMap({ seconds[$0] }), let count = Int(text.dropLast()),
            (0...1_000_000).contains(count)
        {
            return now - unit * Double(count)
        }
        if let moment = try? Date(text, strategy: .iso8601) { return moment }
        guard text.utf8.count == "2026-01-31".utf8.count else { return nil }
        return try? Date(text, strategy: .iso8601.year().month().day())
    }
}
