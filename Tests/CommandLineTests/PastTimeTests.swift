import Foundation
import Testing

@testable import CommandLine

@Suite struct PastTimeTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    @Test func `moments and how long ago`() {
        #expect(PastTime.date("30m", now: now) == now - 1800)
        #expect(PastTime.date("12h", now: now) == now - 43200)
        #expect(PastTime.date("7d", now: now) == now - 604800)
        #expect(PastTime.date("1970-01-02") == Date(timeIntervalSince1970: 86400))
        #expect(PastTime.date("1970-01-02T01:00:00Z") == Date(timeIntervalSince1970: 90000))
    }

    @Test(arguments: ["", "h", "-3h", "yesterday", "2026-13-01", "2026-01-31 and more", "12w"])
    func `nothing else`(text: String) { #expect(PastTime.date(text, now: now) == nil) }
}
