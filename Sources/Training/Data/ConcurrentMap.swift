import Dispatch
import Synchronization

/// The results of `work` for 0..<count, in order, computed on all cores.
func concurrentMap<T: Sendable>(_ count: Int, _ work: @Sendable (Int) -> T) -> [T] {
    let results = Mutex([T?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = work(index)
        results.withLock { $0[index] = result }
    }
    return results.withLock { $0 }.map { result in
        guard let result else { preconditionFailure("every index is worked on") }
        return result
    }
}

/// The same for work that may fail.
/// - Throws: the error of the first index that failed.
func concurrentTryMap<T: Sendable>(
    _ count: Int, _ work: @Sendable (Int) throws(TrainingError) -> T
) throws(TrainingError) -> [T] {
    let results = concurrentMap(count) { index in Result { () throws(TrainingError) in try work(index) } }
    var values: [T] = []
    values.reserveCapacity(count)
    for result in results { values.append(try result.get()) }
    return values
}
