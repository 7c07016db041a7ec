import Dispatch
import Synchronization

/// The rows of a matrix in blocks, which all cores work on when there is enough to do.
struct RowBlocks {
    /// With fewer multiplications, starting threads costs more than it gains.
    private static let parallelThreshold = 1 << 20
    private static let rowsPerBlock = 2048

    let rows: Int
    /// Multiplications per row.
    let work: Int

    var count: Int { (rows + RowBlocks.rowsPerBlock - 1) / RowBlocks.rowsPerBlock }

    /// The index of a block.
    func number(of block: Range<Int>) -> Int { block.lowerBound / RowBlocks.rowsPerBlock }

    /// Calls `body` once for each block, possibly in parallel: calls may read the same memory, but each must write only memory of its block.
    func forEach(_ body: (Range<Int>) -> Void) {
        guard rows > 0 else { return }
        ParallelLoop(iterations: count, isParallel: rows * work >= RowBlocks.parallelThreshold).forEach { number in
            let start = number * RowBlocks.rowsPerBlock
            body(start..<min(rows, start + RowBlocks.rowsPerBlock))
        }
    }

    /// The result of `body` for each block, in the order of the blocks; see ``forEach(_:)``.
    func map<T: Sendable>(_ body: (Range<Int>) -> T) -> [T] {
        let results = Mutex([T?](repeating: nil, count: count))
        forEach { block in
            let result = body(block)
            results.withLock { $0[number(of: block)] = result }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}

/// A loop of independent iterations.
struct ParallelLoop {
    let iterations: Int
    /// Whether there is enough to do for several cores.
    let isParallel: Bool

    /// Carries a closure to the threads of `concurrentPerform`.
    ///
    /// Unchecked, because the closure need not be `Sendable`. That is sound: `concurrentPerform` returns only after the last call has returned,
    /// so nothing outlives the caller's frame, which does not use the closure's captures meanwhile. The iterations share only memory that they
    /// read, and write disjoint memory or take a lock, as ``forEach(_:)`` demands. The type is private to this loop, which has two callers.
    private struct Body: @unchecked Sendable {
        let call: (Int) -> Void
    }

    /// Calls `body` once for each iteration, possibly in parallel: calls may read the same memory, but each must write only memory of its
    /// iteration.
    func forEach(_ body: (Int) -> Void) {
        guard isParallel, iterations > 1 else {
            for iteration in 0..<iterations { body(iteration) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let body = Body(call: body)
            DispatchQueue.concurrentPerform(iterations: iterations) { body.call($0) }
        }
    }
}
