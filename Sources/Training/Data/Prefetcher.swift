import Dispatch
import Foundation
import Synchronization

/// Makes the items of a sequence ahead, on its own thread, while the caller works with the last one.
///
/// An item depends only on its number, so thread timing changes nothing.
final class Prefetcher<Item: Sendable>: Sendable {
    private struct State {
        var ready: [Result<Item, TrainingError>] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    /// Starts at 0 and is signaled up: Dispatch traps when a semaphore is freed below its first value.
    private let free = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - numbers: the numbers of the items, in order.
    ///   - depth: how many items may be ready ahead.
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

    /// The next item. Waits until it is ready.
    /// - Precondition: there is a next item.
    func next() throws(TrainingError) -> Item {
        filled.wait()
        let item = state.withLock { $0.ready.removeFirst() }
        free.signal()
        return try item.get()
    }

    /// Ends the thread after its current item.
    func stop() {
        state.withLock { $0.isStopped = true }
        free.signal()
    }
}
