import Synchronization

/// An epoch's pictures in batches of one size. The last epoch drawn is kept.
final class EpochBatches: Sendable {
    private let order: EpochOrder
    private let batch: Int
    private let drawn = Mutex<(epoch: Int, pictures: [(label: Int, image: Int)])>((-1, []))

    /// - Parameter order: has exactly the pictures of an epoch's batches.
    init(_ order: EpochOrder, batch: Int) { (self.order, self.batch) = (order, batch) }

    /// The pictures of a step.
    func pictures(epoch: Int, step: Int) -> [(label: Int, image: Int)] {
        drawn.withLock { drawn in
            if drawn.epoch != epoch { drawn = (epoch, order.pictures(epoch: epoch)) }
            return Array(drawn.pictures[step * batch..<(step + 1) * batch])
        }
    }
}
