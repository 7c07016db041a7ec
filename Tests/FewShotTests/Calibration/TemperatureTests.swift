import PlainMath
import Statistics
import Testing
@testable import FewShot

/// The temperature against what it is defined by.
@Suite struct TemperatureTests {
    /// Classes whose pictures lie about their center, so near to one another that some are mistaken.
    private static func embeddings(scale: Float) -> [[[Float]]] {
        var gaussians = Gaussians(seed: 5)
        return (0..<6).map { _ in
            let center = gaussians.vector(8)
            return (0..<40).map { _ in zip(center, gaussians.vector(8)).map { scale * ($0 + 1.2 * $1) } }
        }
    }

    @Test func `a fitted probability says how often it is right`() throws {
        let fit = try Temperature.fit(Self.embeddings(scale: 0.05), draws: 40, seed: 1)
        #expect(fit.way == 6)
        #expect(fit.value < 0.5)
        #expect(fit.calibrationError.mean < 0.05)
        #expect(fit.uncalibratedError.interval.lowerBound > 0.2)
    }

    @Test func `distances ten times as long want a temperature ten times as high`() throws {
        let near = try Temperature.fit(Self.embeddings(scale: 0.1), draws: 10, seed: 2)
        let far = try Temperature.fit(Self.embeddings(scale: 1), draws: 10, seed: 2)
        #expect(abs(far.value / near.value - 10) < 0.05)
        #expect(abs(far.calibrationError.mean - near.calibrationError.mean) < 0.005)
    }

    @Test func `too few pictures are an error`() {
        #expect(throws: DataSetError.self) { try Temperature.fit([[[1], [2]], [[3], [4]]], seed: 1) }
    }
}
