import FewShot
import Testing

@Suite struct MeanHeadTests {
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
        let data = Clusters.gaussian(classes: 6, each: 9, width: width, distance: 2, spread: 1, seed: UInt64(width))
        let head = MeanHead(support: data.map { Array($0.prefix(4)) })
        let means = data.map { Clusters.mean(Array($0.prefix(4))) }
        for query in data.flatMap({ $0.dropFirst(4) }) {
            let (found, expected) = (head.nearest(to: query), Clusters.nearest(query, means))
            #expect(found.index == expected.index)
            #expect(abs(Double(found.distance) - expected.distance) < 1e-5 * (1 + expected.distance))
        }
    }
}
