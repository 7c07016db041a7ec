import Testing
import Timing

@testable import Benchmarks

/// The rates that follow from a clock of the test's own, which says what each run took.
@Suite struct MachineLimitsTests {
    /// Nine runs each of the engine's product, OpenBLAS's and the copy.
    private func limits(threads: Int, product: [Double], library: [Double], copy: [Double]) -> MachineLimits {
        var times = product + library + copy
        return MachineLimits.measure(threads: threads) { work in
            work()
            return times.removeFirst()
        }
    }

    @Test(arguments: [1, 2]) func `rates are the work over the shortest time`(threads: Int) {
        let limits = limits(
            threads: threads, product: [9, 8, 0.5, 9, 9, 9, 9, 9, 9], library: [Double](repeating: 2, count: 9),
            copy: [3, 3, 3, 3, 0.25, 3, 3, 3, 3])
        #expect(limits.threads == threads)
        // 2 · 288³ operations a product, 40 products in half a second.
        let operations = 2 * 288 * 288 * 288 * 40 * threads
        #expect(abs(limits.gigaflops - Double(operations) / 0.5e9) < 1e-9)
        // 64 MiB read and 64 MiB written a copy, 4 copies in a quarter of a second.
        let bytes = 2 * 67_108_864 * 4 * threads
        #expect(abs(limits.copyGigabytes - Double(bytes) / 0.25e9) < 1e-9)
    }

    @Test func `the faster of the two products counts`() {
        let (slow, fast) = ([Double](repeating: 2, count: 9), [Double](repeating: 1, count: 9))
        let copy = slow
        let own = limits(threads: 1, product: fast, library: slow, copy: copy)
        let library = limits(threads: 1, product: slow, library: fast, copy: copy)
        let neither = limits(threads: 1, product: slow, library: slow, copy: copy)
        #expect(own == library)
        #expect(own.gigaflops == 2 * neither.gigaflops && own.copyGigabytes == neither.copyGigabytes)
    }

    @Test func `the machine's own clock gives rates of the same work`() throws {
        var shortest: [Double] = []
        let clock = ContinuousClock()
        let limits = MachineLimits.measure(threads: 1) { work in
            shortest.append(clock.measure(work).seconds)
            return shortest[shortest.count - 1]
        }
        #expect(shortest.count == 27)
        let bytes = 2.0 * 67_108_864 * 4
        let copy = try #require(shortest[18...].min())
        #expect(limits.copyGigabytes == bytes / copy / 1e9)
    }
}
