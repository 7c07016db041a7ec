import PlainMath
import Testing

@testable import FewShot

/// The heads that are means of something: mean, trimmed mean, CL2N.
struct MeanHeadsTests {
    @Test func `a prototype is the mean of its support`() {
        let head = MeanHead(support: [[[1, 2, 3], [3, 2, 1]], [[-1, 0, 4]]])
        #expect(head.prototypes == [[2, 2, 2], [-1, 0, 4]])
    }

    @Test func `the nearest is by Euclidean distance, the first among equals`() {
        let head = MeanHead(support: [[[0, 0]], [[6, 8]], [[0, 0]]])
        #expect(head.nearest(to: [0, 0]) == (0, 0))
        #expect(head.nearest(to: [3, 4.5]).index == 1)
        #expect(head.nearest(to: [3, 4]) == (0, 5))
        #expect(head.nearest(to: [9, 12]) == (1, 5))
    }

    /// Widths with and without a remainder of the vector's sixteen lanes.
    @Test(arguments: [1, 15, 16, 17, 32, 47, 320]) func `it equals plain loops`(width: Int) {
        let data = Gaussians.onAxes(classes: 6, each: 9, width: width, distance: 2, spread: 1, seed: UInt64(width))
        let head = MeanHead(support: data.map { Array($0.prefix(4)) })
        let means = data.map { Direct.mean(Array($0.prefix(4))) }
        for query in data.flatMap({ $0.dropFirst(4) }) {
            let (found, expected) = (head.nearest(to: query), Direct.nearest(query, means))
            #expect(found.index == expected.index)
            #expect(abs(Double(found.distance) - expected.distance) < 1e-5 * (1 + expected.distance))
        }
    }

    @Test func meanIsTheNearestPrototype() {
        let head = MeanHead(support: [[[0, 0], [2, 0]], [[5, 0], [5, 2]]])
        #expect(head.prototypes == [[1, 0], [5, 1]])
        #expect(head.distances(to: [1, 3]) == [3, Float(20).squareRoot()])
        #expect(head.nearest(to: [4, 1]).index == 1)
    }

    @Test func trimmedMeanDropsExactlyTheFarthest() {
        let head = TrimmedMeanHead(support: [[[0], [1], [2], [101]], [[0], [1], [101]], [[-1], [1], [-1], [1]]])
        // Dropped from four; not from three; of equals the first.
        #expect(head.prototypes == [[1], [34], [Float(1) / 3]])
        #expect(head.distances(to: [3])[0] == 2)
    }

    @Test func trimmedMeanForgivesAnOutlier() {
        // The outlier pulls the first class's mean to 8, beyond the second class.
        let support: [[[Float]]] = [[[0], [0], [1], [31]], [[5], [5], [5], [5]]]
        #expect(MeanHead(support: support).nearest(to: [2]).index == 1)
        #expect(TrimmedMeanHead(support: support).nearest(to: [2]).index == 0)
    }

    @Test func cl2nComparesDirectionsFromTheBaseMean() {
        let support: [[[Float]]] = [[[15, 5]], [[5, 6]]]
        let query: [Float] = [7, 6]
        #expect(MeanHead(support: support).nearest(to: query).index == 1)
        let head = CL2NHead(support: support, baseMean: [5, 5])
        #expect(head.nearest(to: query).index == 0)
        // Unit vectors (2, 1)/√5 and (1, 0): ‖a − b‖² = 2 − 2·2/√5.
        let expected = (2 - 4 / Float(5).squareRoot()).squareRoot()
        #expect(abs(head.distances(to: query)[0] - expected) < 1e-6)
    }

    @Test func cl2nAveragesNormalizedSupportsAndDoesNotNormalizeAgain() {
        let head = CL2NHead(support: [[[2, 0], [0, 7]], [[-1, 0]]], baseMean: [0, 0])
        // The prototype (½, ½) is nearer than its direction would be.
        #expect(abs(head.distances(to: [3, 0])[0] - Float(0.5).squareRoot()) < 1e-6)
        #expect(abs(head.distances(to: [3, 0])[1] - 2) < 1e-6)
    }

    @Test func cl2nWithoutOtherClassesCentersOnItsSupports() {
        let support: [[[Float]]] = [[[8, 4]], [[12, 4]]]
        let (own, given) = (CL2NHead(support: support), CL2NHead(support: support, baseMean: [10, 4]))
        #expect(own.distances(to: [9, 5]) == given.distances(to: [9, 5]))
        // A query on the base mean has no direction: as far from both.
        #expect(own.distances(to: [10, 4]) == [1, 1])
    }

    @Test func baseMeanLeavesTheEpisodesClassesOut() {
        let base = BaseMean([[[1, 1], [3, 1]], [[100, 100]], [[7, 4]], []])
        #expect(base.excluding([1, 3]) == [Float(11) / 3, 2])
        #expect(base.excluding([1, 0]) == [7, 4])
        #expect(base.excluding([2, 1, 0]) == nil)
    }
}
