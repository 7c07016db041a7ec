import Synchronization

/// The largest revision of the registry that an answer named; see `RevisionHeader`.
final class LatestRevision: Sendable {
    private let latest = Mutex<Int64?>(nil)

    /// nil before the first answer.
    var value: Int64? { latest.withLock { $0 } }

    /// - Parameter text: the header's value; nil if the answer has none.
    func note(_ text: String?) {
        guard let revision = text.flatMap({ Int64($0) }) else { return }
        latest.withLock { $0 = max($0 ?? 0, revision) }
    }
}
