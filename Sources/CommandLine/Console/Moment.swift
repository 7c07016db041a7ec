import Foundation
import Options

/// A moment as a person writes it: `2026-01-31`, which begins at midnight UTC, `2026-01-31T18:00:00Z`, or a time from now: `30m`, `12h`,
/// `7d`.
enum Moment {
    /// A moment, or how long ago it was; nil for anything else.
    static func past(_ text: String, now: Date = Date()) -> Date? { seconds(text).map { now - $0 } ?? day(text) }

    /// A moment, or how long from now it will be; nil for anything else.
    static func future(_ text: String, now: Date = Date()) -> Date? { seconds(text).map { now + $0 } ?? day(text) }

    /// `2026-01-31T18:00Z`: a moment whose seconds are not known.
    static func minute(_ time: Date) -> String { time.ISO8601Format().prefix(16) + "Z" }

    private static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["m": 60, "h": 3600, "d": 86400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()),
            (0...1_000_000).contains(count)
        else { return nil }
        return unit * Double(count)
    }

    private static func day(_ text: String) -> Date? {
        let time = /T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-][0-9]{2}:?[0-9]{2})/
        guard let parts = text.wholeMatch(of: /([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?/) else { return nil }
        let day = Date.ISO8601FormatStyle().year().month().day()
        // Foundation takes February 30 for a day in March.
        guard let midnight = try? Date(String(parts.1), strategy: day), midnight.formatted(day) == parts.1 else {
            return nil
        }
        guard let rest = parts.2 else { return midnight }
        return rest.wholeMatch(of: time) == nil ? nil : try? Date(text, strategy: .iso8601)
    }
}

extension Arguments {
    /// A moment to come that an option gives; nil without the option.
    func futureMoment(_ option: String) throws(UsageError) -> Date? {
        guard let text = self[option] else { return nil }
        guard let moment = Moment.future(text) else {
            throw misuse("--\(option) takes a time such as 12h, 30d, 2027-01-31 or 2027-01-31T18:00:00Z, not “\(text)”")
        }
        return moment
    }
}
