import CKernels
import COpenBLAS

/// What this machine's processor and memory could do at most: measured, since no network can be faster than what its work takes at
/// these rates.
public struct MachineLimits: Sendable, Codable, Equatable {
    public let threads: Int
    /// 10⁹ floating-point operations a second of a square matrix product in single precision: the better of this engine's
    /// and OpenBLAS'.
    public let gigaflops: Double
    /// 10⁹ bytes a second, read and written, of a copy too large for the caches.
    public let copyGigabytes: Double

    /// Side of the matrices: they fit into the second-level cache together with nothing else.
    private static let side = 288
    /// Floats that a thread copies: 64 MiB.
    private static let floats = 16 << 20

    /// Takes about two seconds.
    public static func measure(threads: Int) -> MachineLimits {
        openblas_set_num_threads(1)  // the pool's threads call it
        let pool = ThreadPool(threads: threads)
        let kernels = KernelSet.best
        let (n, lanes) = (side, pool.threads)
        let matrices = AlignedBuffer(zeros: 3 * lanes * n * n)
        let packed = kernels.pack([Float](repeating: 0, count: n * n), k: n, n: n)
        let (products, copies) = (40, 4)
        let own = best {
            pool.run(lanes) { lane, _ in
                let a = unsafe matrices.base + 3 * lane * n * n
                for _ in 0..<products {
                    unsafe kernels.table.gemm(
                        Int64(n), Int64(n), Int64(n), a, Int64(n), packed.base, nil, a + n * n, Int64(n))
                }
            }
        }
        let library = best {
            pool.run(lanes) { lane, _ in
                let a = unsafe matrices.base + 3 * lane * n * n
                for _ in 0..<products {
                    unsafe cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(n), blasint(n), blasint(n), 1, a, blasint(n),
                        a + n * n, blasint(n), 0, a + 2 * n * n, blasint(n))
                }
            }
        }
        let memory = AlignedBuffer(zeros: 2 * lanes * floats)
        let copy = best {
            pool.run(lanes) { lane, _ in
                let from = unsafe memory.base + 2 * lane * floats
                for _ in 0..<copies { unsafe (from + floats).update(from: from, count: floats) }
            }
        }
        let operations = Double(2 * n * n * n * products * lanes)
        let bytes = Double(2 * floats * MemoryLayout<Float>.stride * copies * lanes)
        return MachineLimits(
            threads: lanes, gigaflops: operations / min(own, library) / 1e9, copyGigabytes: bytes / copy / 1e9)
    }

    /// The least seconds of several runs: a limit is what the machine does undisturbed.
    private static func best(_ work: () -> Void) -> Double {
        work()
        let clock = ContinuousClock()
        return (0..<9).map { _ in clock.measure(work) / .seconds(1) }.min() ?? 0
    }
}
