import Testing
import Timing

@Suite struct StopwatchTests {
    @Test func `the median is the middle value, or the mean of the middle two`() {
        #expect([3.0].median == 3)
        #expect([9.0, 1, 4].median == 4)
        #expect([8.0, 1, 2, 4].median == 3)
    }

    @Test func `work is done once unmeasured and at least five times measured`() {
        var runs = 0
        let median = Stopwatch.medianMilliseconds(seconds: 0) { runs += 1 }
        #expect(runs == 6 && median >= 0)
    }

    @Test func `a duration is its seconds`() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.seconds(-2).seconds == -2)
    }
}
