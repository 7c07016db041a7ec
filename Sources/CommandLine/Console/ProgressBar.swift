import Foundation
import Synchronization
import Timing

/// How far a long piece of work is, on standard error: a bar on a terminal, nothing elsewhere.
final class ProgressBar: Sendable {
    private let title: String
    private let total: Int
    private let start = ContinuousClock.now
    private let isShown: Bool
    private let drawn = Mutex((count: 0, at: ContinuousClock.now))

    init(_ title: String, total: Int, console: Console) {
        self.title = title
        self.total = max(total, 1)
        isShown = console.isTerminal
    }

    /// Shows that `count` of the whole is done.
    func update(_ count: Int) {
        guard isShown else { return }
        drawn.withLock { drawn in
            let now = ContinuousClock.now
            guard count == total || now - drawn.at > .milliseconds(100) || drawn.count == 0 else { return }
            drawn = (count, now)
            draw(count, now)
        }
    }

    private func draw(_ count: Int, _ now: ContinuousClock.Instant) {
        let bar = EventLine.bar(count, of: total, width: 30)
        let elapsed = now - start
        let left = count > 0 ? elapsed / count * (total - count) : .zero
        let time = count == total ? "in \(Show.duration(elapsed.seconds))" : "\(Show.duration(left.seconds)) left"
        let line = "\r\u{1B}[K\(title) \(bar) \(count)/\(total) \(time)" + (count == total ? "\n" : "")
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
