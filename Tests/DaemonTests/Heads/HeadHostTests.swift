import API
import Embedding
import FewShot
import Foundation
import Registry
import Testing

@testable import Daemon

/// The head that answers: fitted on what is enrolled, whatever happens to that.
@Suite struct HeadHostTests {
    private static let names = ["Asuka", "Mari", "Misato", "Rei", "Ritsuko"]
    private static let fittedKinds = HeadKind.allCases.filter(\.needsFit)

    private func enrolled() async throws -> (fixture: DaemonFixture, support: [[[Float]]]) {
        let fixture = try await DaemonFixture(model: ["temperature": "0.5"])
        var support: [[[Float]]] = []
        for (index, name) in Self.names.enumerated() {
            support.append(try await fixture.enroll(name, images: 4 + index % 2, seed: UInt64(index)))
        }
        return (fixture, support)
    }

    private func queries(_ width: Int) -> [[Float]] {
        Self.names.flatMap { DaemonFixture.vectors(6, about: $0, seed: 99, width: width) }
    }

    @Test(arguments: fittedKinds) func `a head decides as it does when fitted on the same embeddings`(
        kind: HeadKind
    ) async throws {
        let (fixture, support) = try await enrolled()
        let model = try await fixture.services.models.active().model
        let fit = try await fixture.services.heads.fitted(kind, for: model)
        let means = MeanHead(support: support).prototypes
        let head = kind.fit(support, baseMean: MeanHead(support: [means]).prototypes[0])
        for query in queries(model.dimensions) {
            let distances = head.distances(to: query)
            let candidates = fit.candidates(for: query, top: 9)
            #expect(candidates.first?.character == Self.names[head.nearest(to: query).index])
            #expect(candidates.map { Float($0.distance) } == distances.sorted())
            #expect(abs(candidates.reduce(0) { $0 + $1.probability } - 1) < 1e-9)
            #expect(zip(candidates, candidates.dropFirst()).allSatisfy { $0.probability >= $1.probability })
        }
    }

    @Test func `a fit knows every change that was acknowledged, and is kept while there is none`() async throws {
        let (fixture, _) = try await enrolled()
        let (heads, registry) = (fixture.services.heads, fixture.registry)
        let model = try await fixture.services.models.active().model
        let query = DaemonFixture.vectors(1, about: "Kaworu", seed: 3, width: model.dimensions)[0]
        func named() async throws -> [String] {
            try await heads.fitted(.localFisher, for: model).candidates(for: query, top: 9).map(\.character)
        }
        #expect(try await named().sorted() == Self.names)
        let before = try await heads.fitted(.localFisher, for: model).revision
        #expect(try await heads.fitted(.localFisher, for: model).revision == before)
        try await fixture.enroll("Kaworu", images: 5, seed: 8)
        #expect(try await named().first == "Kaworu")
        _ = try await registry.renameCharacter("Kaworu", to: "Nagisa")
        #expect(try await named().first == "Nagisa")
        let image = try #require(try await registry.images(of: "Nagisa").first)
        try await registry.removeImage(image.id)
        let support = try await registry.support(model: model.identity).characters.map(\.embeddings)
        let fit = try await heads.fitted(.localFisher, for: model)
        let alone = HeadKind.localFisher.fit(support)
        #expect(fit.candidates(for: query, top: 1).map { Float($0.distance) } == [alone.nearest(to: query).distance])
        try await registry.removeCharacter(named: "Nagisa")
        #expect(try await named().sorted() == Self.names)
        for name in Self.names { try await registry.removeCharacter(named: name) }
        #expect(try await named().isEmpty)
    }

    @Test func `the head lasts, and the audit tells who changed it`() async throws {
        let (fixture, _) = try await enrolled()
        let services = fixture.services
        #expect(try await ListHeads.answer(.init(), services).heads.filter(\.active).map(\.name) == ["posterior"])
        let used = try await services.asked(by: .user(1234)) {
            try await UseHead.answer(UseRequest(name: "cl2n"), services)
        }
        #expect(used.previous == "posterior" && used.head.name == "cl2n" && used.head.active)
        let entry = try #require(try await services.registry.audit(limit: 1).first)
        #expect(entry.who == "uid 1234" && entry.action == "setting.set" && entry.subject == "head")
        #expect(entry.detail == ["value": "cl2n"])

        let restarted = try await fixture.restarted()
        #expect(restarted.heads.active == .cl2n)
        #expect(try await GetStatus.answer(.init(), restarted).head == "cl2n")
        #expect(try await ListHeads.answer(.init(), restarted).heads.filter(\.active).map(\.name) == ["cl2n"])
        #expect(try await UseHead.answer(UseRequest(name: "mean"), restarted).previous == "cl2n")
        // Another version's head: the default answers.
        try await restarted.registry.setSetting("head", "of tomorrow")
        #expect(
            try await HeadHost(registry: restarted.registry, metrics: Metrics(), log: restarted.log).active
                == .posterior)
        await restarted.registry.close()
    }

    @Test func `a name that is no head's is refused, and what is too much for one`() async throws {
        let (fixture, _) = try await enrolled()
        let services = fixture.services
        let unknown = await #expect(throws: APIError.self) {
            try await UseHead.answer(UseRequest(name: "median"), services)
        }
        #expect(unknown?.code == .headNotFound && unknown?.message.contains("trimmed-mean") == true)
        try await fixture.enroll("Rei", images: 1000, seed: 50)
        let tooLarge = await #expect(throws: APIError.self) {
            try await UseHead.answer(UseRequest(name: "local-fisher"), services)
        }
        #expect(tooLarge?.code == .headTooLarge && tooLarge?.message.contains("limit is 1000") == true)
        #expect(services.heads.active == .posterior)
        #expect(try await services.registry.setting("head") == nil)
        #expect(try await UseHead.answer(UseRequest(name: "trimmed-mean"), services).previous == "posterior")
    }

    @Test func `a change of the model is followed`() async throws {
        let (fixture, _) = try await enrolled()
        let services = fixture.services
        let former = try await services.models.active().model
        _ = try await UseHead.answer(UseRequest(name: "mahalanobis"), services)
        try await fixture.addModel("B", seed: 2)
        let other = try await services.registry.model(named: "B")
        let (identity, width) = (other.identity, other.dimensions)
        let ids = try await services.registry.imagesWithoutEmbedding(model: identity, after: nil, limit: 100).map(\.id)
        try await services.registry.storeEmbeddings(
            model: identity,
            zip(ids, DaemonFixture.vectors(ids.count, about: "B", seed: 4, width: width)).map {
                (imageID: $0, vector: $1)
            })
        _ = try await services.models.use(named: "B")
        let model = try await services.models.active().model
        let fit = try await services.heads.fitted(.mahalanobis, for: model)
        #expect(services.heads.active == .mahalanobis && fit.model == identity)
        await #expect(throws: RegistryError.self) { try await services.heads.fitted(.mahalanobis, for: former) }
        let support = try await services.registry.support(model: identity).characters.map(\.embeddings)
        let query = queries(width)[0]
        #expect(
            fit.candidates(for: query, top: 1).map { Float($0.distance) }
                == [HeadKind.mahalanobis.fit(support).nearest(to: query).distance])
    }
}
