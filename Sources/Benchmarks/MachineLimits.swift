import COpenBLAS
import NeuralNetwork

/// What this machine's processor and memory do at most. It is measured: no network can be faster than its work takes at these rates.
package struct MachineLimits: Sendable, Codable, Equatable {
    package let threads: Int
    /// 10⁹ floating-point operations a second in a square matrix product in single precision: the better of this engine's and
    /// OpenBLAS's.
    package let gigaflops: Double
    /// 10⁹ bytes a second, read and written, in a copy too large for the caches.
    package let copyGigabytes: Double

    /// The side of the matrices. Each takes a third of a megabyte, so they stay in the caches.
    static let side = 288
    /// Floats that a thread copies: 64 MiB.
    static let copiedFloats = 16 << 20
    /// How often a thread does each within one measured run.
    static let products = 40
    static let copies = 4
    private static let runs = 9

    /// Takes about a second.
    package static func measure(threads: Int) -> MachineLimits {
        let clock = ContinuousClock()
        return measure(threads: threads) { work in clock.measure(work) / .seconds(1) }
    }

    /// - Parameter seconds: does the work and says how long it took.
    static func measure(threads: Int, seconds: @escaping (_ work: () -> Void) -> Double) -> MachineLimits {
        let pool = ThreadPool(threads: threads)
        let (n, count) = (side, pool.threads)

        /// The seconds in which every thread does the work so many times: the least of several runs, after one that does not count,
        /// since a limit is what the machine does undisturbed.
        func best(times: Int, _ work: (_ thread: Int) -> Void) -> Double {
            func run() { pool.run(count) { thread, _ in for _ in 0..<times { work(thread) } } }
            run()
            return (0..<runs).map { _ in seconds(run) }.min() ?? 0
        }

        let matrices = Floats(count * 3 * n * n)
        let packed = PackedMatrix([Float](repeating: 0, count: n * n), outputs: n, inputs: n)
        let own = best(times: products) { thread in
            let a = unsafe matrices.base + 3 * thread * n * n
            unsafe packed.multiply(a, count: n, to: a + n * n)
        }
        let library = best(times: products) { thread in
            let a = unsafe matrices.base + 3 * thread * n * n
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(n), blasint(n), blasint(n), 1, a, blasint(n),
                a + n * n, blasint(n), 0, a + 2 * n * n, blasint(n))
        }
        let memory = Floats(count * 2 * copiedFloats)
        let copy = best(times: copies) { thread in
            let from = unsafe memory.base + 2 * thread * copiedFloats
            unsafe (from + copiedFloats).update(from: from, count: copiedFloats)
        }
        let operations = Double(2 * n * n * n * products * count)
        let bytes = Double(2 * copiedFloats * MemoryLayout<Float>.stride * copies * count)
        return MachineLimits(
            threads: count, gigaflops: operations / min(own, library) / 1e9, copyGigabytes: bytes / copy / 1e9)
    }

    /// Zeros aligned to cache lines, freed with their owner.
    @safe private final class Floats {
        let base: UnsafeMutablePointer<Float>

        init(_ count: Int) {
            let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            unsafe base = unsafe raw.bindMemory(to: Float.self, capacity: count)
            unsafe base.initialize(repeating: 0, count: count)
        }

        deinit { unsafe base.deallocate() }
    }
}
