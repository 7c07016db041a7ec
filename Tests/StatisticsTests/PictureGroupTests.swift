import Statistics
import Testing

@Suite("Pictures of one unknown character")
struct PictureGroupTests {
    private let group = PictureGroup([[1, 0], [0, 1], [0.5, 0.5]])

    @Test func theyHaveAMeanAndAVariance() {
        #expect(group.mean == [0.5, 0.5] && group.count == 3)
        // 0.5 + 0.5 + 0, over two degrees of freedom.
        #expect(abs(group.variance - 0.5) < 1e-12)
        let one = PictureGroup([[0.6, 0.8]])
        #expect(one.mean == [0.6, 0.8] && one.variance == 0 && one.independentCount(enrolled: 0.3) == 1)
    }

    @Test func theyCountByWhatTheyHaveInCommon() {
        #expect(PictureGroup([[1, 0], [1, 0], [1, 0]]).independentCount(enrolled: 0.5) == 1)
        #expect(group.independentCount(enrolled: 0.5) == 3)
        // Pictures that differ more than enrolled ones are no more than themselves.
        #expect(group.independentCount(enrolled: 0.1) == 3)
        // Half in common: 3 / (1 + 2 · 0.5).
        #expect(abs(group.independentCount(enrolled: 1) - 1.5) < 1e-12)
        #expect(group.independentCount(enrolled: nil) == 1)
    }
}
