import API
import Embedding
import FewShot
import Foundation
import Registry
import Testing

@testable import Daemon

/// Transfer trainings as jobs, with a program that trains nothing: what they are given, and what becomes of what they make.
@Suite(.serialized) struct ClassifierJobTests {
    /// A scratch registry in which characters are enrolled with so many pictures each.
    private static func enrolled(_ counts: [(String, Int)]) async throws -> JobScratch {
        let scratch = try await JobScratch()
        let model = String(repeating: "a", count: 64)
        _ = try await scratch.registry.importModel(
            identity: model, name: "A", architecture: "x", dimensions: 2, metadata: "{}", bytes: Data())
        _ = try await scratch.registry.activateModel(identity: model)
        for (name, count) in counts {
            let images = (0..<count).map { number in
                let bytes = Data("\(name) \(number)".utf8)
                return NewImage(
                    bytes: bytes, sha256: ContentHash.sha256(bytes), format: number % 2 == 0 ? "png" : "jpeg", width: 1,
                    height: 1, source: "", embedding: [1, 2])
            }
            if images.isEmpty {
                _ = try await scratch.registry.createCharacter(named: name)
            } else {
                _ = try await scratch.registry.enroll(character: name, images: images, model: model)
            }
        }
        return scratch
    }

    private static func classifier(in scratch: JobScratch) throws -> String {
        let path = scratch.path + "/classifier.safetensors"
        try TestClassifier.file(["a", "b"], radius: 0.5).write(to: URL(filePath: path))
        return path
    }

    private func start(
        _ runner: JobRunner, _ model: String, name: String? = "Cast", fromRegistry: Bool = true, _ options: String...
    ) async throws -> JobRecord {
        try await runner.add(
            .init(
                kind: .transferTrain, name: name, arguments: ["--model", model] + options, fromRegistry: fromRegistry))
    }

    @Test func `what a transfer training makes is a classifier, and no model`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let file = try Self.classifier(in: scratch)
        let job = try await scratch.ended(
            try await start(runner, file, fromRegistry: false, "--data", "/nowhere", "--feature-cache", "/c").id)
        let classifier = try await scratch.registry.classifier(named: "Cast")
        #expect(job.state == .finished && job.model == classifier.identity && classifier.classes == ["a", "b"])
        #expect(try await scratch.registry.models().isEmpty && job.warnings.isEmpty && !job.fromRegistry)
        #expect(try await scratch.registry.audit(limit: 2).map(\.action) == ["job.finish", "classifier.import"])
        #expect(FileManager.default.fileExists(atPath: scratch.folder(job.id).run + "/result.json"))
        let error = await #expect(throws: RegistryError.self) { try await start(runner, file, fromRegistry: false) }
        #expect(error?.code == .classifierExists)
        await runner.stop()
    }

    @Test func `a transfer training that leaves a model has failed`() async throws {
        let scratch = try await JobScratch()
        let runner = scratch.runner()
        await runner.start()
        let job = try await scratch.ended(try await start(runner, scratch.model, fromRegistry: false).id)
        #expect(job.state == .failed && job.error?.contains("the classifier was trained but cannot be") == true)
        #expect(job.error?.contains("use `aniwho models import`") == true)
        await runner.stop()
    }

    /// Names hold anything; the class list gives them back, and each folder holds the character's own bytes.
    @Test func `it trains on the registry's pictures under the characters' own names`() async throws {
        let names = ["a/b", "../x", ",", "初音ミク \"1\"", "-x"]
        let scratch = try await Self.enrolled(names.map { ($0, 6) } + [("few", 5), ("bare", 0)])
        let runner = scratch.runner()
        let queued = try await start(runner, Self.classifier(in: scratch), name: nil, "--steps", "2", "--hold-at", "1")
        #expect(queued.warnings == ["left out, with fewer than 6 pictures: bare (0), few (5)"])
        #expect(queued.fromRegistry && queued.name == "transfer-train-1")
        await runner.start()
        try await scratch.told(queued.id, "\"step\":1,")
        let folder = scratch.folder(queued.id)
        let data = try ClassFolders(path: folder.run + "/data.json")
        #expect(data.classes.map(\.name).sorted() == names.sorted())
        for group in data.classes {
            let kept = try group.images.map { String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
            #expect(kept == (0..<6).map { "\(group.name) \($0)" })
        }
        #expect(scratch.events(queued.id).contains("\"files\":30"))
        // Its end comes with the daemon's, and again with the next one's.
        await runner.stop()
        #expect(FileManager.default.fileExists(atPath: folder.classList))
        let next = scratch.runner()
        await next.start()
        let job = try await scratch.ended(queued.id)
        #expect(job.state == .finished && job.warnings == queued.warnings)
        #expect(scratch.events(job.id).contains("\"resumed\":true"))
        #expect(try await scratch.registry.classifier(named: "transfer-train-1").identity == job.model)
        await next.stop()
        #expect(!FileManager.default.fileExists(atPath: folder.pictures))
    }

    @Test func `the pictures are those that are enrolled when it starts`() async throws {
        let scratch = try await Self.enrolled([("a", 6), ("b", 7), ("c", 6)])
        let runner = scratch.runner()
        let first = try await start(runner, Self.classifier(in: scratch))
        let second = try await start(runner, scratch.model, name: "N")
        #expect(first.warnings.isEmpty)
        try await scratch.registry.removeImage(try await scratch.registry.images(of: "c")[0].id)
        await runner.start()
        let job = try await scratch.ended(first.id)
        #expect(job.warnings == ["left out, with fewer than 6 pictures: c (5)"])
        #expect(scratch.events(first.id).contains("\"files\":13"))
        // A failed one leaves no pictures either.
        #expect(try await scratch.ended(second.id).state == .failed)
        await runner.stop()
        for id in [first.id, second.id] {
            #expect(!FileManager.default.fileExists(atPath: scratch.folder(id).pictures))
        }
    }

    @Test func `fewer than two characters with pictures enough are an error`() async throws {
        let scratch = try await Self.enrolled([("a", 6), ("b", 5), ("c", 1)])
        let runner = scratch.runner()
        let file = try Self.classifier(in: scratch)
        let error = await #expect(throws: APIError.self) { try await start(runner, file) }
        #expect(error?.code == .tooFewImages)
        #expect(
            error?.message
                == "a training needs 2 characters with 6 pictures or more; of 3 enrolled, 1 has as many: enroll more pictures"
        )
        #expect(try await scratch.registry.jobs().isEmpty)
    }

    @Test func `a job whose characters are gone when it starts fails, and says why`() async throws {
        let scratch = try await Self.enrolled([("a", 6), ("b", 6)])
        let runner = scratch.runner()
        let id = try await start(runner, Self.classifier(in: scratch)).id
        try await scratch.registry.removeCharacter(named: "b")
        await runner.start()
        let job = try await scratch.ended(id)
        #expect(job.state == .failed && job.error?.contains("of 1 enrolled, 1 has as many") == true)
        await runner.stop()
    }

    /// The daemon was killed after the end of a job and before its pictures were removed.
    @Test func `pictures that were left behind are removed by the next daemon`() async throws {
        let scratch = try await Self.enrolled([("a", 6), ("b", 6)])
        let id = try await start(scratch.runner(), Self.classifier(in: scratch)).id
        _ = try await scratch.registry.cancelJob(id)
        let folder = scratch.folder(id)
        try FileManager.default.createDirectory(atPath: folder.pictures(of: 7), withIntermediateDirectories: true)
        let runner = scratch.runner()
        await runner.start()
        for _ in 0..<1000 where FileManager.default.fileExists(atPath: folder.pictures) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.pictures))
        await runner.stop()
    }

    /// The split is that of the training: a tenth to test, 18 % of the rest to validate.
    @Test func `as many pictures as are needed give each part one, fewer do not`() {
        func smallest(_ count: Int) -> Int {
            let images = (0..<count).map { "/c/\($0).png" }
            let data = ClassFolders(classes: [.init(name: "c", images: images)])
            let parts = ImageSplit(data, shares: [0.738, 0.162, 0.1], sources: .none, seed: 1).parts
            return parts.map(\.imageCount).min() ?? 0
        }
        #expect((EnrolledDataSet.minimumImages...200).allSatisfy { smallest($0) > 0 })
        #expect(smallest(EnrolledDataSet.minimumImages - 1) == 0)
    }
}
