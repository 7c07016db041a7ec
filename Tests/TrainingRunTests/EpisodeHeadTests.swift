import FewShot
import NeuralNetwork
import Randomness
import Testing

@testable import Training

/// The heads in the loss give the answers of the heads of the same name, and their gradients are slopes.
@Suite struct EpisodeHeadTests {
    private let task = TrainingConfiguration.Task(way: 3, shot: 4, query: 2)
    private let width = 5

    private func features(_ seed: UInt64, _ rows: Int) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<rows * width).map { _ in Float(random.uniform(-1, 1)) }
    }

    @Test(arguments: [EpisodeHead.mean, .trimmedMean, .cl2n(scale: 3)])
    func `a query counts as right if the head of that name says so`(head: EpisodeHead) {
        let (support, query) = (features(1, 12), features(2, 6))
        func rows(_ values: [Float]) -> [[Float]] {
            stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
        }
        let classes = (0..<3).map { label in Array(rows(support)[label * 4..<label * 4 + 4]) }
        let kind: HeadKind =
            switch head {
            case .mean: .mean
            case .trimmedMean: .trimmedMean
            case .cl2n: .cl2n
            }
        let fitted = kind.fit(classes)
        let right = rows(query).enumerated().count { fitted.nearest(to: $0.element).index == $0.offset / 2 }
        #expect(head.loss(support: support, query: query, task: task).correct == right)
    }

    /// Checks a gradient against central differences of the loss.
    private func expectSlopes(_ gradient: [Float], at values: [Float], _ loss: ([Float]) -> Double) {
        for index in values.indices {
            var (up, down) = (values, values)
            up[index] += 0.005
            down[index] -= 0.005
            #expect(abs(Double(gradient[index]) - (loss(up) - loss(down)) / 0.01) < 1e-3)
        }
    }

    @Test(arguments: [EpisodeHead.mean, .trimmedMean])
    func `gradients are slopes`(head: EpisodeHead) {
        let (support, query) = (features(3, 12), features(4, 6))
        expectSlopes(head.loss(support: support, query: query, task: task).supportGradient, at: support) {
            head.loss(support: $0, query: query, task: task).loss
        }
    }

    @Test func `the normalizing head's query gradients are slopes, its center a constant`() {
        let head = EpisodeHead.cl2n(scale: 3)
        let (support, query) = (features(5, 12), features(6, 6))
        expectSlopes(head.loss(support: support, query: query, task: task).queryGradient, at: query) {
            head.loss(support: support, query: $0, task: task).loss
        }
    }
}
