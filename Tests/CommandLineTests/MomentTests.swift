import Foundation
import Testing

@testable import CommandLine

@Suite struct MomentTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    @Test func `moments and how long ago`() {
        #expect(Moment.past("30m", now: now) == now - 1800)
        #expect(Moment.past("12h", now: now) == now - 43200)
        #expect(Moment.past("7d", now: now) == now - 604800)
        #expect(Moment.past("1970-01-02") == Date(timeIntervalSince1970: 86400))
        #expect(Moment.past("1970-01-02T01:00:00Z") == Date(timeIntervalSince1970: 90000))
        #expect(Moment.past("1970-01-02T10:00:00+09:00") == Date(timeIntervalSince1970: 90000))
        #expect(Moment.past("2024-02-29") != nil)
        #expect(Moment.future("7d", now: now) == now + 604800 && Moment.future("0m", now: now) == now)
        #expect(Moment.future("1970-01-02T10:00:00+09:00") == Date(timeIntervalSince1970: 90000))
    }

    @Test(arguments: [
        "", "h", "-3h", "yesterday", "2026-13-01", "2026-01-31 and more", "12w", "2026-02-30", "2026-02-30T10:00:00Z",
        "2025-02-29", "2026-01-31T24:30:00Z", "2026-01-31T10:60:00Z", "2026-1-31",
    ])
    func `nothing else`(text: String) {
        #expect(Moment.past(text, now: now) == nil && Moment.future(text, now: now) == nil)
    }
}
