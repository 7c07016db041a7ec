import Dispatch
import Foundation
import Timing

extension Console {
    /// Shows on a terminal for how long something has been going on that does not tell how far it is, from its second second on.
    func waiting<T>(_ title: String, _ work: () throws -> T) rethrows -> T {
        guard isTerminal else { return try work() }
        let start = ContinuousClock.now
        let queue = DispatchQueue(label: "aniwho.waiting")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler { draw("\(title), \(Show.duration((ContinuousClock.now - start).seconds))") }
        timer.resume()
        defer {
            timer.cancel()
            // One that is being drawn is waited for.
            queue.sync {}
            if ContinuousClock.now - start > .seconds(1) { draw("") }
        }
        return try work()
    }
}
