import API
import Embedding
import FewShot
import Foundation
import Registry
import Statistics
import Testing

@testable import Daemon

/// Characters with several appearances in the daemon's answers.
@Suite struct AppearanceTests {
    static let rule = DecisionRule(
        covariance: TwoCovariance(between: 20, within: 0.12, dimensions: 8),
        curve: [.init(falseAccepts: 0.1, threshold: 0.5)])

    static func settings(_ rule: DecisionRule = rule) throws -> [String: String] {
        ["decision": String(decoding: try JSONEncoder().encode(rule), as: UTF8.self)]
    }

    /// - Parameter axis: that the vector lies about.
    private static func vector(_ axis: Int, _ number: Int, width: Int) -> [Float] {
        (0..<width).map { ($0 == axis ? 1 : 0) + ($0 < 16 ? Float((number * 7 + $0 * 3) % 5 - 2) * 0.03 : 0) }
    }

    private static func enroll(_ name: String, _ axes: [Int], in daemon: DaemonFixture) async throws {
        let model = try await daemon.services.models.active().model
        let images = axes.enumerated().map { number, axis in
            let bytes = Data("\(name) \(number)".utf8)
            return NewImage(
                bytes: bytes, sha256: ContentHash.sha256(bytes), format: "png", width: 1, height: 1, source: "",
                embedding: vector(axis, number, width: model.dimensions))
        }
        _ = try await daemon.registry.enroll(character: name, images: images, model: model.identity)
    }

    /// Four characters with eight pictures about one axis and two about another.
    private static func daemon() async throws -> DaemonFixture {
        let daemon = try await DaemonFixture(model: settings())
        for number in 0..<4 {
            let axes = [Int](repeating: number, count: 8) + [number + 8, number + 8]
            try await enroll("c\(number)", axes, in: daemon)
        }
        return daemon
    }

    @Test func `a picture of a rare appearance is named`() async throws {
        let daemon = try await Self.daemon()
        let model = try await daemon.services.models.active().model
        let decision = daemon.services.decision(of: model)
        let ranking = Ranking(head: .posterior, decision: decision, model: model, services: daemon.services)
        for number in 0..<4 {
            let found = try await ranking.rank([Self.vector(number + 8, 50, width: model.dimensions)], top: 3)[0]
            let first = try #require(found.candidates.first)
            #expect(first.character == "c\(number)" && first.probability >= 0.9)
            #expect(first.probability >= decision?.threshold ?? 1)
        }
        let shown = try await ShowCharacter.answer(.init(name: "c1"), daemon.services)
        #expect(shown.prototype?.appearances == [8, 2])
    }

    /// Reviews and calibrations leave a picture out of its own appearance, and group as the registry does.
    @Test func `pictures of a rare appearance pass the review and the calibration`() async throws {
        let daemon = try await Self.daemon()
        let model = try await daemon.services.models.active().model
        #expect(model.grouping == Self.rule.covariance)
        let review = try await ReviewCharacter.answer(.init(name: "c2"), daemon.services)
        #expect(review.asked == 10 && review.right == 10 && review.unknown == 0)
        let all = try await ReviewRegistry.answer(.init(), daemon.services)
        #expect(all.accuracy?.mean == 1 && all.unknown?.mean == 0)
        try await daemon.services.calibrations.run(falseAccept: nil, for: model)
        let report = try #require(daemon.services.calibrations.active(for: model)?.report)
        #expect(report.falseRejects.mean < 0.1 && report.namedRightly.mean > 0.9)
    }
}
