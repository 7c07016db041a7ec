import API
import FewShot
import Foundation
import NeuralNetwork
import Statistics
import Testing

@testable import Daemon
@testable import Registry

/// Cast packs from one registry to another, and beside what is there.
@Suite(.serialized) struct CastPackTests {
    @Test(arguments: ["mean", "posterior"])
    func `answers are the same to the bit, without a picture`(head: String) async throws {
        let source = try await CastPacks.enrolled()
        _ = try await UseHead.answer(UseRequest(name: head), source.services)
        let made = try await source.services.calibrated(falseAccept: 0.1)
        let folder = try await CastPacks.exported(source)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        #expect(
            files.filter { $0.contains(".") }
                == ["manifest.json", "manifest.json.sha256"] + (try CastPacks.vectors(folder)))

        let target = try await DaemonFixture(model: CastPacks.settings)
        let imported = try await CastPacks.read(.init(folder: folder, settings: true), target.services)
        #expect(
            imported == ImportedBundle(characters: 3, created: 3, images: 0, vectors: 15, pack: 1))
        #expect(target.services.heads.active.rawValue == head)
        let again = try await target.services.calibrated()
        #expect(again.calibration == made.calibration)
        let (here, there) = (try await CastPacks.answers(target.services), try await CastPacks.answers(source.services))
        #expect(here.map(\.candidates) == there.map(\.candidates) && here.map(\.character) == there.map(\.character))
        #expect(here.allSatisfy { $0.candidates.count == 3 })
        let near = here.flatMap(\.nearestImages)
        #expect(!near.isEmpty && near.allSatisfy { $0.pack == "Stars" && $0.source.isEmpty })
        #expect(there.flatMap(\.nearestImages).map(\.distance) == near.map(\.distance))

        let similar = try await FindSimilarImages.answer(
            .init(limit: 3, files: [try Samples.files("ask/Iori Namisato")[0]]), target.services)
        #expect(similar.results[0].map(\.image.pack) == ["Stars", "Stars", "Stars"])
        let review = try await ReviewCharacter.answer(.init(name: "Iori Namisato"), target.services)
        let same = try await ReviewCharacter.answer(.init(name: "Iori Namisato"), source.services)
        #expect(
            review.right == same.right && review.asked == 5
                && review.answers.map(\.distance) == same.answers.map(\.distance))
    }

    @Test func `it holds names, aliases, series, vectors and prototypes, and says so`() async throws {
        let source = try await CastPacks.enrolled()
        let name = "Iori Namisato"
        _ = try await source.registry.changeAliases(of: name, adding: ["灯"], removing: [])
        _ = try await source.registry.setSeries(of: name, "Harbor Lights")
        _ = try await source.registry.createCharacter(named: "nobody")
        let folder = source.path + "/pack"
        let written = try await CastPacks.write(
            .init(folder: folder, pictures: false, name: "Harbor", series: "Harbor Lights"), source.services)
        #expect(written.characters == 1 && written.vectors == 5 && written.images == 0 && written.leftOut == 0)
        let manifest = try JSON.decode(
            BundleManifest.self, from: try Data(contentsOf: URL(filePath: folder + "/manifest.json")))
        #expect(manifest.isPack && manifest.packs?.map(\.name) == ["Harbor"] && manifest.rejections.isEmpty)
        #expect(manifest.characters.map(\.aliases) == [["灯"]] && manifest.characters.map(\.series) == ["Harbor Lights"])
        let tensors = try Safetensors(contentsOf: folder + "/" + CastPacks.vectors(folder)[0]).tensors
        let prototype = try source.registry.withSnapshot { snapshot in
            try snapshot.prototype(of: try snapshot.characters()[0])
        }
        #expect(tensors["prototype"]?.values == prototype && tensors["embeddings"]?.shape[0] == 5)
        let audit = try #require(try await source.registry.audit(limit: 1).first)
        #expect(audit.action == "bundle.write" && audit.detail["vectors"] == .integer(5))

        // Nothing of a choice that nobody meets, or that is for packs only, is written.
        for request in [
            WriteBundle.Request(folder: source.path + "/none", pictures: false, tag: "none"),
            .init(folder: source.path + "/none", pictures: true, name: "x"),
            .init(folder: source.path + "/none", pictures: false, name: "\u{202E}"),
        ] {
            let error = await #expect(throws: (any Error).self) {
                _ = try await CastPacks.write(request, source.services)
            }
            let code = APIError(describing: try #require(error)).code
            #expect([.characterNotFound, .badRequest, .invalidName].contains(code))
        }
        #expect(!FileManager.default.fileExists(atPath: source.path + "/none"))
        #expect(!FileManager.default.fileExists(atPath: source.path + "/.none.partial"))
    }

    @Test func `own pictures go beside, and what was there stays`() async throws {
        let source = try await CastPacks.enrolled()
        let folder = try await CastPacks.exported(source)
        let target = try await DaemonFixture(model: CastPacks.settings)
        let (name, services) = ("Iori Namisato", target.services)
        let own = try Samples.files("ask/\(name)")
        _ = try await EnrollImages.answer(.init(name: name, files: [own[0]]), services)
        let refused = await #expect(throws: APIError.self) {
            _ = try await CastPacks.read(.init(folder: folder), services)
        }
        #expect(refused?.code == .characterExists)
        let imported = try await CastPacks.read(.init(folder: folder, merge: true), services)
        #expect(imported.vectors == 15 && imported.created == 2)
        _ = try await EnrollImages.answer(.init(name: name, files: [own[1]]), services)
        let character = try await target.registry.character(named: name)
        #expect(character.images == 7 && character.packImages == 5 && character.pictures == 2)
        #expect(try await target.registry.prototype(of: name)?.count == 7)
        // A training has the pictures only.
        let error = await #expect(throws: APIError.self) { _ = try await EnrolledDataSet(of: target.registry) }
        #expect(error?.code == .tooFewImages)
        let image = try #require(try await target.registry.images(of: name).first { $0.pack != nil })
        for ask in [
            { _ = try await FetchImage.answer(.init(id: image.id), services) },
            { _ = try await FetchFace.answer(.init(id: image.id), services) },
            { _ = try await FetchThumbnail.answer(.init(id: image.id, size: 64), services) },
        ] {
            let error = await #expect(throws: RegistryError.self) { try await ask() }
            #expect(error?.code == .imageNotFound && error?.message.contains("no picture") == true)
        }
    }

    @Test func `a pack of another model is refused with advice`() async throws {
        let source = try await CastPacks.enrolled()
        let folder = try await CastPacks.exported(source)
        let target = try await DaemonFixture(model: CastPacks.settings)
        try await target.addModel("B", seed: 2)
        try await target.services.models.use(named: "B")
        var error = await #expect(throws: APIError.self) {
            _ = try await CastPacks.read(.init(folder: folder, merge: true), target.services)
        }
        #expect(error?.code == .packOfOtherModel && error?.message.contains("aniwho models use A") == true)
        // Where the model is not known at all, it says how to get it.
        let stranger = try await DaemonFixture(model: ["radius": "21"])
        error = await #expect(throws: APIError.self) {
            _ = try await CastPacks.read(.init(folder: folder), stranger.services)
        }
        #expect(error?.code == .packOfOtherModel && error?.message.contains("aniwho models import") == true)
        #expect(error?.message.contains("maker") == true)
        #expect(try await stranger.registry.counts().characters == 0)
    }

    @Test func `a bundle with pictures carries packs to the same model, and leaves them out for another`() async throws
    {
        let source = try await CastPacks.enrolled()
        let pack = try await CastPacks.exported(source)
        let middle = try await DaemonFixture(model: CastPacks.settings)
        _ = try await CastPacks.read(.init(folder: pack), middle.services)
        let name = "Iori Namisato"
        _ = try await EnrollImages.answer(
            .init(name: name, files: try Samples.files("ask/\(name)")), middle.services)
        let own = try await middle.registry.character(named: name).pictures
        let bundle = middle.path + "/bundle"
        let written = try await CastPacks.write(.init(folder: bundle), middle.services)
        #expect(written.characters == 3 && written.images == own && written.vectors == 15 && written.leftOut == 0)

        let target = try await DaemonFixture(model: CastPacks.settings)
        let imported = try await CastPacks.read(.init(folder: bundle), target.services)
        #expect(imported.images == own && imported.vectors == 15 && imported.leftOut == 0 && imported.pack == 1)
        let (here, there) = (try await target.registry.packs(), try await middle.registry.packs())
        #expect(here.map(\.sha256) == there.map(\.sha256) && here.map(\.name) == ["Stars"])
        #expect(
            try await CastPacks.answers(target.services).map(\.character)
                == CastPacks.answers(middle.services).map(\.character))
        // The pack itself has nothing new there.
        let again = try await CastPacks.read(.init(folder: pack, merge: true), target.services)
        #expect(again.vectors == 0 && again.duplicates == 15)
        #expect(try await target.registry.packs().count == 1)

        let other = try await DaemonFixture(model: ["radius": "21"])
        let without = try await CastPacks.read(.init(folder: bundle), other.services)
        #expect(without.images == own && without.vectors == 0 && without.leftOut == 15 && without.embedded == own)
        #expect(try await other.registry.packs().isEmpty)
    }

    @Test func `a change of the model names who would be lost, and needs consent`() async throws {
        let source = try await CastPacks.enrolled()
        let folder = try await CastPacks.exported(source)
        let target = try await DaemonFixture(model: CastPacks.settings)
        let (name, services) = ("Iori Namisato", target.services)
        _ = try await CastPacks.read(.init(folder: folder), services)
        _ = try await EnrollImages.answer(.init(name: name, files: try Samples.files("ask/\(name)")), services)
        let before = try await CastPacks.answers(services)
        try await target.addModel("B", seed: 2)
        await services.jobs.start()

        let refusal = await #expect(throws: APIError.self) {
            _ = try await UseModel.answer(.init(name: "B"), services)
        }
        #expect(refusal?.code == .packsWouldRest && refusal?.message.contains("Stars") == true)
        #expect(refusal?.message.contains("\(name) would be named by your own pictures only") == true)
        #expect(try await target.registry.jobs().isEmpty)

        func ended(_ request: UseModel.Request) async throws -> Job {
            try await CastPacks.ended(UseModel.answer(request, services).id, services)
        }
        let dry = try await ended(.init(name: "B", dryRun: true))
        let resting = try #require(Self.resting(dry, services))
        #expect(resting.packs == ["Stars"] && resting.unnamed.count == 2 && resting.weaker == [name])
        #expect(resting.vectors == 15)
        #expect(try await CastPacks.answers(services) == before)

        let job = try await ended(.init(name: "B", withoutPacks: true))
        #expect(job.state == .finished && Self.resting(job, services) == resting, "\(job.error ?? "")")
        #expect(try await target.registry.activeModel()?.name == "B")
        #expect(Set(services.registry.enrolledNames) == [name])
        let review = try await ReviewRegistry.answer(.init(), services)
        #expect(review.readCharacters == 1)

        let back = try await CastPacks.ended(RollBackModel.answer(.init(), services).id, services)
        #expect(back.state == .finished && Self.resting(back, services) == nil)
        #expect(try await CastPacks.answers(services) == before)
    }

    private static func resting(_ job: Job, _ services: Services) -> RestingPacks? {
        let text = (try? String(contentsOfFile: services.jobs.folder(of: job.id).events, encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") {
            if case .packs(let packs) = try? JSON.decode(ModelChangeEvent.self, from: Data(line.utf8)) { return packs }
        }
        return nil
    }
}
