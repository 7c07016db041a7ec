import Foundation
import Testing

@testable import NeuralNetwork

@Suite struct ThreadPoolTests {
    /// Memory that threads write without asking; every place is meant for one of them.
    private final class Counters: @unchecked Sendable {
        let values: UnsafeMutableBufferPointer<Int>
        init(_ count: Int) {
            values = .allocate(capacity: count)
            values.initialize(repeating: 0)
        }
        deinit { values.deallocate() }
    }

    /// Far more threads than cores too, where workers are asleep or not scheduled when the call begins.
    @Test(arguments: [(1, 2000), (2, 2000), (3, 1000), (16, 100)])
    func `every index is run exactly once`(threads: Int, runs: Int) {
        let pool = ThreadPool(threads: threads)
        #expect(pool.threads == threads)
        for run in 0..<runs {
            let count = [0, 1, 2, 3, 7, 64, 257][run % 7]
            let (seen, strangers) = (Counters(count), Counters(1))
            pool.run(count) { index, thread in
                seen.values[index] += 1
                if !(0..<threads).contains(thread) { strangers.values[0] += 1 }
            }
            guard seen.values.allSatisfy({ $0 == 1 }), strangers.values[0] == 0 else {
                Issue.record("run \(run) of \(count): \(Array(seen.values)), \(strangers.values[0]) wrong threads")
                return
            }
        }
    }

    /// What a thread's number is for: memory of its own. Two bodies under one number at a time would lose counts.
    @Test func `a thread's number is its own`() {
        let pool = ThreadPool(threads: 4)
        let sums = Counters(4 * 16)
        for _ in 0..<500 { pool.run(200) { _, thread in sums.values[thread * 16] += 1 } }
        #expect((0..<4).reduce(0) { $0 + sums.values[$1 * 16] } == 100_000)
    }

    /// Workers sleep after a tenth of a millisecond without work.
    @Test func `workers wake up again`() {
        let pool = ThreadPool(threads: 3)
        for _ in 0..<50 {
            let seen = Counters(40)
            pool.run(40) { index, _ in seen.values[index] += 1 }
            #expect(seen.values.allSatisfy { $0 == 1 })
            usleep(1000)
        }
    }

    @Test func `what the threads wrote is seen afterwards`() {
        let pool = ThreadPool(threads: 2)
        let values = Counters(1000)
        for round in 1...100 {
            pool.run(1000) { index, _ in values.values[index] += index }
            #expect(values.values.reduce(0, +) == round * 499_500)
        }
    }

    @Test func `no threads is one thread`() {
        #expect(ThreadPool(threads: 0).threads == 1)
    }
}
