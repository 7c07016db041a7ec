import Synchronization

/// How much of the log of changes this process knows.
final class Revisions: Sendable {
    private let shownRevision = Atomic<Int64>(0)
    private let listeners = Mutex<[AsyncStream<Set<ChangeKind>>.Continuation]>([])

    /// The revision that the indexes in memory show.
    var shown: Int64 { shownRevision.load(ordering: .acquiring) }

    func show(_ revision: Int64) { shownRevision.store(revision, ordering: .releasing) }

    /// Tells what other daemons have changed, once the indexes show it.
    func tell(_ kinds: Set<ChangeKind>) {
        guard !kinds.isEmpty else { return }
        for listener in listeners.withLock({ $0 }) { listener.yield(kinds) }
    }

    /// What other daemons change from now on.
    func foreignChanges() -> AsyncStream<Set<ChangeKind>> {
        let (stream, continuation) = AsyncStream.makeStream(of: Set<ChangeKind>.self)
        listeners.withLock { $0.append(continuation) }
        return stream
    }

    func finish() {
        let ended = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for listener in ended { listener.finish() }
    }
}
