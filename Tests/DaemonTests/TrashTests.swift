import API
import Foundation
import Registry
import Testing

@testable import Daemon

/// The trash, asked of the routes, and its housekeeping.
@Suite(.serialized) struct TrashTests {
    /// A daemon with characters enrolled from real pictures.
    private func fixture() async throws -> DaemonFixture {
        let fixture = try await DaemonFixture()
        for name in ["Iori Namisato", "Nagi Yukitani"] {
            let files = try Samples.files("enroll/\(name)")
            _ = try await EnrollImages.answer(.init(name: name, files: files), fixture.services)
        }
        return fixture
    }

    private func answers(_ services: Services) async throws -> [Classification] {
        let files = try Samples.files("ask/Iori Namisato") + Samples.files("strangers")
        return try await ClassifyImages.answer(.init(files: files), services).results
    }

    @Test func `an undo gives the same answers to the same pictures`() async throws {
        let fixture = try await fixture()
        let services = fixture.services
        let before = try await answers(services)
        _ = try await RemoveCharacter.answer(NamedRequest(name: "Iori Namisato"), services)
        #expect(try await answers(services) != before)
        let list = try await ListTrash.answer(.init(), services)
        let change = try #require(list.changes.first)
        #expect(change.expiresAt == change.at + 30 * 86_400 && list.next == nil && list.size.changes == 1)
        #expect(try await GetStatus.answer(EmptyRequest(), services).trash == list.size)
        let restored = try await UndoChange.answer(.init(change: change.id), services)
        #expect(restored.change == change && restored.warnings.isEmpty)
        #expect(try await answers(services) == before)
        let error = await #expect(throws: RegistryError.self) { try await UndoChange.answer(.init(), services) }
        #expect(error?.code == .changeNotFound)
    }

    @Test func `what comes back is embedded by the model that answers now`() async throws {
        let fixture = try await fixture()
        let services = fixture.services
        try await fixture.addModel("B", seed: 2)
        try await fixture.addModel("C", seed: 3)
        _ = try await RejectImages.answer(
            .init(name: "Iori Namisato", files: try Samples.files("strangers")), services)
        // What the model answers with everything there.
        _ = try await services.models.use(named: "B")
        _ = try await services.models.use(named: "C")
        let before = try await answers(services)
        _ = try await services.models.use(named: "A")
        let images = try await services.registry.images(of: "Iori Namisato")
        _ = try await RemoveImage.answer(IdentifiedRequest(id: images[0].id), services)
        _ = try await RemoveCharacter.answer(NamedRequest(name: "Iori Namisato"), services)
        for name in ["B", "C"] { _ = try await services.models.use(named: name) }
        #expect(try await services.registry.trashSize().pictures == images.count)
        let response = try await RestoreTrash.answer(.init(changes: [1, 2]), services)
        #expect(response.restored.map(\.change.id) == [2, 1])
        #expect(try await answers(services) == before)
        #expect(try await services.registry.images(of: "Iori Namisato") == images)
    }

    @Test func `only operators see and change the trash`() {
        for entry in routeTable where entry.path.description.contains("trash") || entry.path.description == "/v1/undo" {
            #expect(entry.role == .operator)
        }
        #expect(throws: APIError.self) { try RestoreTrash.Request(changes: []).check() }
    }

    @Test func `emptying leaves what comes meanwhile, and housekeeping takes what is old`() async throws {
        let fixture = try await fixture()
        let services = fixture.services
        _ = try await RemoveCharacter.answer(NamedRequest(name: "Iori Namisato"), services)
        let images = try await services.registry.images(of: "Nagi Yukitani")
        _ = try await RemoveImage.answer(IdentifiedRequest(id: images[0].id), services)
        let now = Date()
        await services.housekeeping.run(at: now + 29 * 86_400)
        #expect(try await services.registry.trashSize().changes == 2)
        services.housekeeping.change(Retention(trash: 0, audit: 0))
        await services.housekeeping.run(at: now + 3650 * 86_400)
        #expect(try await services.registry.trashSize().changes == 2)
        #expect(try await ListTrash.answer(.init(), services).changes[0].expiresAt == nil)
        services.housekeeping.change(Retention())
        await services.housekeeping.run(at: now + 31 * 86_400)
        #expect(try await services.registry.trashSize() == .none)
        #expect(try await services.registry.audit(limit: 2).map(\.action) == ["trash.expire", "trash.expire"])

        _ = try await RemoveCharacter.answer(NamedRequest(name: "Nagi Yukitani"), services)
        let removed = try await EmptyTrash.answer(EmptyRequest(), services)
        #expect(removed.changes == 1 && removed.pictures == images.count - 1)
        #expect(try await EmptyTrash.answer(EmptyRequest(), services) == .none)
    }

    @Test func `housekeeping removes old jobs with their folders, and models only if it is told to`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        let id = try await scratch.add(runner)
        _ = try await runner.cancel(id)
        try scratch.folder(id).make()
        _ = try await scratch.models.importFile(scratch.model, name: "first", architecture: nil)
        let registry = scratch.registry
        let log = Log(threshold: .error, format: .text)
        let housekeeping = Housekeeping(
            registry: registry, jobs: runner, thumbnails: ThumbnailCache(directory: registry.directory), log: log,
            retention: Retention())
        let now = Date()
        await housekeeping.run(at: now + 89 * 86_400)
        #expect(try await registry.jobs().map(\.id) == [id])
        await housekeeping.run(at: now + 91 * 86_400)
        #expect(try await registry.jobs().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: scratch.folder(id).path))
        #expect(try await registry.models().map(\.name) == ["first"])
        housekeeping.change(Retention(models: 100))
        await housekeeping.run(at: now + 188 * 86_400)
        #expect(try await registry.models().map(\.name) == ["first"])
        await housekeeping.run(at: now + 190 * 86_400)
        #expect(try await registry.models().isEmpty)
    }
}
