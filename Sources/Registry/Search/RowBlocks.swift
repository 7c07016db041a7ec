import Dispatch
import Synchronization

/// A matrix's rows in blocks, visited by all cores when there is enough to do.
struct RowBlocks {
    /// Multiplications below which starting threads costs more than it gains.
    private static let parallelThreshold = 1 << 20
    private static let rowsPerBlock = 2048

    let rows: Int
    /// Multiplications per row.
    let work: Int

    var count: Int { (rows + RowBlocks.rowsPerBlock - 1) / RowBlocks.rowsPerBlock }

    /// A block's place among the blocks.
    func number(of block: Range<Int>) -> Int { block.lowerBound / RowBlocks.rowsPerBlock }

    /// Calls `body` once for each block, possibly several at a time: it may share what it reads and must write only
    /// what belongs to its block.
    func forEach(_ body: (Range<Int>) -> Void) {
        guard rows > 0 else { return }
        ParallelLoop(iterations: count, isParallel: rows * work >= RowBlocks.parallelThreshold).forEach { number in
            let start = number * RowBlocks.rowsPerBlock
            body(start..<min(rows, start + RowBlocks.rowsPerBlock))
        }
    }

    /// What `body` gives for each block, in the order of the blocks; see ``forEach(_:)``.
    func map<T: Sendable>(_ body: (Range<Int>) -> T) -> [T] {
        let results = Mutex([T?](repeating: nil, count: count))
        forEach { block in
            let result = body(block)
            results.withLock { $0[number(of: block)] = result }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}

/// A loop whose iterations do not depend on one another.
struct ParallelLoop {
    let iterations: Int
    /// Whether there is enough to do for more than one core.
    let isParallel: Bool

    /// Carries a closure to the threads of `concurrentPerform`.
    ///
    /// Unchecked, because the closure need not be `Sendable`. That is sound: `concurrentPerform` returns only after the
    /// last call returned, so nothing outlives the caller's frame, which meanwhile does nothing else with what the
    /// closure captures; and the iterations themselves share only what they read and write disjoint memory, or
    /// take a lock, as ``forEach(_:)`` demands. The type is private to this loop, which has two callers.
    private struct Body: @unchecked Sendable {
        let call: (Int) -> Void
    }

    /// Calls `body` once for each iteration, possibly several at a time: it may share what it reads and must write only
    /// what belongs to its iteration.
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
