import Testing

@testable import Video

@Suite("Who is on the screen when")
struct ScreenTimeTests {
    private func time(_ name: String?, _ start: Int, _ end: Int) -> ScreenTime {
        ScreenTime(character: name, start: start, end: end)
    }

    private func text(_ times: [ScreenTime]) -> [String] {
        times.map { "\($0.character ?? "?") \($0.start)-\($0.end) \($0.tracks)" }
    }

    @Test func `times of one character with a short break are one`() {
        let times = [time("Rei", 0, 1000), time("Rei", 4000, 5000), time("Rei", 8001, 9000), time("Asuka", 500, 6000)]
        #expect(text(ScreenTime.joined(times)) == ["Rei 0-5000 [0, 1]", "Asuka 500-6000 [3]", "Rei 8001-9000 [2]"])
    }

    @Test func `a time within another one does not shorten it`() {
        let times = [time("Rei", 0, 9000), time("Rei", 1000, 2000), time("Rei", 11000, 12000)]
        #expect(text(ScreenTime.joined(times)) == ["Rei 0-12000 [0, 1, 2]"])
    }

    @Test func `unknown faces stay apart`() {
        #expect(
            text(ScreenTime.joined([time(nil, 0, 1000), time(nil, 1000, 2000)])) == ["? 0-1000 [0]", "? 1000-2000 [1]"])
    }

    @Test func `chapters do not overlap, and say who is there`() {
        let chapters = Chapters.chapters(of: [time("Rei", 0, 4000), time("Asuka", 2000, 6000), time(nil, 5000, 7000)])
        #expect(
            chapters.map(\.start) == [0, 2000, 4000, 5000, 6000]
                && chapters.map(\.end) == [2000, 4000, 5000, 6000, 7000])
        #expect(chapters.map(\.characters) == [["Rei"], ["Asuka", "Rei"], ["Asuka"], ["Asuka", nil], [nil]])
    }

    @Test func `the same characters go on in one chapter`() {
        let chapters = Chapters.chapters(of: [time(nil, 0, 1000), time(nil, 1000, 2000), time("Rei", 3000, 4000)])
        #expect(chapters.map { [$0.start, $0.end] } == [[0, 2000], [3000, 4000]])
    }

    @Test func `a file of chapters is WebVTT`() {
        let text = Chapters.webVTT([time("A <&> B\n-->", 0, 61_001), time(nil, 3_600_000, 3_601_500)])
        #expect(
            text == """
                WEBVTT

                00:00:00.000 --> 00:01:01.001
                A &lt;&amp;&gt; B --&gt;

                01:00:00.000 --> 01:00:01.500
                unknown

                """)
        #expect(Chapters.webVTT([]) == "WEBVTT\n")
    }
}
