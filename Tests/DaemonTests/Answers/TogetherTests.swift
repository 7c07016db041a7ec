import API
import Foundation
import Registry
import Statistics
import Testing

@testable import Daemon

@Suite("Pictures that are classified together")
struct TogetherTests {
    /// Two characters of the samples are enrolled; each has a decision of the typical rule.
    private func fixture() async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: ["radius": "1"])
        for name in ["Iori Namisato", "Itsuki Akabashi"] {
            _ = try await EnrollImages.answer(
                .init(name: name, files: try Samples.files("enroll/\(name)")), fixture.services)
        }
        return fixture
    }

    private func together(_ files: [FilePart], _ fixture: DaemonFixture) async throws -> ClassifyTogether.Response {
        try await ClassifyTogether.answer(.init(files: files), fixture.services)
    }

    @Test func `one picture is answered as by classify`() async throws {
        let fixture = try await fixture()
        let file = try Samples.files("ask/Iori Namisato")[0]
        let alone = try await ClassifyImages.answer(.init(files: [file]), fixture.services)
        let response = try await together([file], fixture)
        #expect(
            response.answer == alone.results[0].largest && response.independentImages == 1
                && response.images == [file.name])
        #expect((response.model, response.head) == (alone.model, alone.head))
    }

    @Test func `copies of a picture count as one`() async throws {
        let fixture = try await fixture()
        let file = try Samples.files("ask/Iori Namisato")[0]
        let (one, three) = (try await together([file], fixture), try await together([file, file, file], fixture))
        #expect(abs(three.independentImages - 1) < 1e-6)
        let difference = (one.answer.probability ?? 0) - (three.answer.probability ?? 1)
        #expect(abs(difference) < 1e-4 && one.answer.character == three.answer.character)
    }

    /// The distance is that of the mean, which lies nearer to the character's mean than the pictures do.
    @Test func `several pictures are answered by their mean`() async throws {
        let fixture = try await fixture()
        let files = try Samples.files("ask/Iori Namisato")
        let alone = try await ClassifyImages.answer(.init(files: files), fixture.services).results
        let response = try await together(files, fixture)
        let distances = alone.map { answer in
            answer.candidates.first { $0.character == "Iori Namisato" }?.distance ?? .infinity
        }
        let distance = response.answer.candidates.first { $0.character == "Iori Namisato" }?.distance ?? .infinity
        let mean = (distances.reduce(0) { $0 + $1 * $1 } / Double(files.count)).squareRoot()
        #expect(distance < mean)
        #expect(response.independentImages > 1 && response.independentImages <= Double(files.count))
        let embedded = try await fixture.services.withActiveModel { active in
            try await fixture.services.embedded(files, FaceSelection(), .one, source: nil, by: active).map(\.embedding)
        }
        let model = try await fixture.services.models.active().model
        let variance = try await fixture.services.variances.value(of: model, fixture.services)
        #expect(response.independentImages == PictureGroup(embedded).independentCount(enrolled: variance))
    }

    /// The pooled variance is that of plain loops, and follows the enrollment.
    @Test func `the variance of enrolled pictures is pooled`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "1"])
        let model = try await fixture.services.models.active().model
        func value() async throws -> Double? { try await fixture.services.variances.value(of: model, fixture.services) }
        #expect(try await value() == nil)
        let groups = [
            try await fixture.enroll("A", images: 3, seed: 1), try await fixture.enroll("B", images: 5, seed: 2),
            try await fixture.enroll("C", images: 1, seed: 3),
        ]
        let pooled = (2 * PictureGroup(groups[0]).variance + 4 * PictureGroup(groups[1]).variance) / 6
        let found = try #require(try await value())
        #expect(abs(found / pooled - 1) < 1e-5)
    }

    @Test func `a character that one picture is rejected for is not named`() async throws {
        let fixture = try await fixture()
        let files = try Samples.files("ask/Iori Namisato")
        let before = try await together(files, fixture)
        let first = try #require(before.answer.candidates.first?.character)
        _ = try await RejectImages.answer(.init(name: first, files: [files[1]]), fixture.services)
        let after = try await together(files, fixture)
        #expect(after.answer.candidates.first { $0.character == first }?.rejection != nil)
        #expect(after.answer.character != first)
    }

    @Test func `a bad picture, and too many, are refused`() async throws {
        let fixture = try await fixture()
        let good = try Samples.files("strangers")[0]
        await #expect(throws: APIError.self) {
            _ = try await together([good, FilePart(name: "bad.png", bytes: Data("no".utf8))], fixture)
        }
        let many = RequestMessage(body: .files([FilePart](repeating: good, count: 65)))
        #expect(throws: APIError.self) { _ = try ClassifyTogether.Request(message: many) }
    }
}
