import Dispatch
import Foundation
import Synchronization

/// Items of a sequence made ahead on a thread of their own, while the last one is worked with.
///
/// What an item is depends on its number alone, so the order of threads changes nothing.
final class Prefetcher<Item: Sendable>: Sendable {
    private struct State {
        var ready: [Result<Item, TrainingError>] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    /// Begins at 0 and is raised: Dispatch lets no semaphore go below its first value when it ends.
    private let free = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - numbers: the items to make, in order.
    ///   - depth: how many may lie ready.
    init(_ numbers: Range<Int>, depth: Int, make: @escaping @Sendable (Int) throws(TrainingError) -> Item) {
        for _ in 0..<depth { free.signal() }
        let thread = Thread { [weak self] in
            for number in numbers {
                guard let free = self?.free else { return }
                free.wait()
                if self?.state.withLock({ $0.isStopped }) ?? true { return }
                let item: Result<Item, TrainingError>
                do throws(TrainingError) { item = .success(try make(number)) } catch { item = .failure(error) }
                self?.state.withLock { $0.ready.append(item) }
                self?.filled.signal()
            }
        }
        thread.name = "pictures"
        thread.start()
    }

    /// The next item; waits until it is made.
    /// - Precondition: called no more often than there are items.
    func next() throws(TrainingError) -> Item {
        filled.wait()
        let item = state.withLock { $0.ready.removeFirst() }
        free.signal()
        return try item.get()
    }

    /// Ends the thread after the item it is at.
    func stop() {
        state.withLock { $0.isStopped = true }
        free.signal()
    }
}
