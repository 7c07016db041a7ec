/// Measures how long work takes that can be done again and again.
package enum Stopwatch {
    /// The median time of some work in milliseconds, to the microsecond. The work is done once without being measured, then again and
    /// again for about `seconds`, at least five times.
    package static func medianMilliseconds<E: Error>(seconds: Double, _ work: () throws(E) -> Void) throws(E) -> Double
    {
        let clock = ContinuousClock()
        var times: [Double] = []
        let start = clock.now
        try work()
        while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
            let begun = clock.now
            try work()
            times.append(begun.duration(to: clock.now).seconds * 1e3)
        }
        return (times.median * 1000).rounded() / 1000
    }
}
