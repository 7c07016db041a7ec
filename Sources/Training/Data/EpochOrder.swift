import Foundation
import Randomness

/// The pictures of an epoch of classical training, in their order.
///
/// A class with n pictures gets a share of the epoch in proportion to n^balance: at 1 all pictures are equally frequent, at 0 all classes.
/// Within a class every picture comes once before any comes again.
struct EpochOrder: Sendable {
    let sizes: [Int]
    let balance: Double
    /// The number of pictures in an epoch.
    let count: Int
    let seed: UInt64

    /// The pictures of an epoch, shuffled.
    func pictures(epoch: Int) -> [(label: Int, image: Int)] {
        var random = SplitMix64(seed: seed, RandomStream.order, UInt64(epoch))
        var pictures: [(label: Int, image: Int)] = []
        pictures.reserveCapacity(count)
        for (label, share) in shares().enumerated() {
            var left = share
            while left > 0 {
                let round = Array(0..<sizes[label]).shuffled(using: &random).prefix(left)
                pictures += round.map { (label, $0) }
                left -= round.count
            }
        }
        return pictures.shuffled(using: &random)
    }

    /// The number of pictures of each class, by largest remainders; they sum to `count`.
    func shares() -> [Int] {
        let weights = sizes.map { $0 == 0 ? 0 : pow(Double($0), balance) }
        let total = weights.reduce(0, +)
        let exact = weights.map { $0 / total * Double(count) }
        var shares = exact.map { Int($0) }
        let order = exact.indices.sorted {
            let (a, b) = (exact[$0] - exact[$0].rounded(.down), exact[$1] - exact[$1].rounded(.down))
            return a == b ? $0 < $1 : a > b
        }
        for index in order.prefix(count - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }
}
