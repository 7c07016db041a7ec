import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Trained classifiers as the registry keeps them.
@Suite struct ClassifierTests {
    let scratch = try? ScratchDirectory()
    private let classes = ["初音ミク", "a \"b\"\\c", "Rei"]

    private func open() async throws -> Registry { try await .scratch(try #require(scratch)) }

    private func add(_ name: String, _ identity: String, to registry: Registry) async throws -> ClassifierSummary {
        try await registry.importClassifier(
            identity: identity, name: name, architecture: "mobilenetv2", classes: classes,
            metadata: #"{"note":"x"}"#, bytes: Data([9, 9, 9]))
    }

    @Test func `a classifier is as it was imported, also after a restart`() async throws {
        let registry = try await open()
        let imported = try await add(" Cast ", digest(1), to: registry)
        #expect(imported.name == "Cast" && imported.identity == digest(1) && imported.bytes == 3)
        #expect(imported.classes == classes)
        #expect(
            try await registry.scalar(
                #"SELECT count(*) FROM classifiers WHERE name = 'Cast' AND metadata = '{"note":"x"}'"#) == 1)
        _ = try await add("Another", digest(2), to: registry)
        await registry.close()
        let again = try await Registry.open(
            directory: try #require(scratch).data, database: try TestDatabase.address(for: try #require(scratch).data))
        #expect(try await again.classifiers().map(\.name) == ["Another", "Cast"])
        #expect(try await again.classifier(named: "Cast") == imported)
        #expect(try await again.classifierBytes(identity: digest(1)) == Data([9, 9, 9]))
        #expect(try await again.counts().classifiers == 2)
        await again.close()
    }

    @Test func `names and contents are taken once, among classifiers`() async throws {
        let registry = try await open()
        // A model has the name already, which is no classifier's.
        _ = try await add("A", digest(1), to: registry)
        await expect(.classifierExists) { _ = try await add("A", digest(2), to: registry) }
        await expect(.classifierExists) { _ = try await add("B", digest(1), to: registry) }
        await expect(.invalidName) { _ = try await add("..", digest(3), to: registry) }
        #expect(try await registry.classifiers().count == 1)
    }

    @Test func `what is removed is gone with its file`() async throws {
        let registry = try await open()
        _ = try await add("Cast", digest(1), to: registry)
        #expect(try await registry.removeClassifier(named: "Cast").identity == digest(1))
        #expect(try await registry.scalar("SELECT count(*) FROM classifier_files") == 0)
        await expect(.classifierNotFound) { _ = try await registry.removeClassifier(named: "Cast") }
        await expect(.classifierNotFound) { _ = try await registry.classifier(named: "Cast") }
        await expect(.classifierNotFound) { _ = try await registry.classifierBytes(identity: digest(1)) }
        _ = try await add("Cast", digest(1), to: registry)
        let actions = try await registry.audit(limit: 3).map { "\($0.action) \($0.subject)" }
        #expect(actions == ["classifier.import Cast", "classifier.remove Cast", "classifier.import Cast"])
    }

    @Test func `a file that is lost and classes that cannot be read are told`() async throws {
        let registry = try await open()
        _ = try await add("Cast", digest(1), to: registry)
        try await registry.execute("DELETE FROM classifier_files")
        await expect(.storageCorrupt) { _ = try await registry.classifierBytes(identity: digest(1)) }
        try await registry.execute("UPDATE classifiers SET classes = 'x'")
        await expect(.storageCorrupt) { _ = try await registry.classifier(named: "Cast") }
    }

    @Test func `a job's classifier needs a name that is free among classifiers and jobs`() async throws {
        let registry = try await open()
        _ = try await add("Cast", digest(1), to: registry)
        func make(_ name: String?, _ kind: JobKind) async throws -> Job {
            try await registry.createJob(
                kind: kind, name: name, arguments: [], fromRegistry: true, warnings: ["w"])
        }
        await expect(.classifierExists) { _ = try await make("Cast", .transferTrain) }
        // A model's name is no hindrance.
        let job = try await make("A", .transferTrain)
        #expect(job.fromRegistry && job.warnings == ["w"])
        await expect(.classifierExists) { _ = try await make("A", .transferTrain) }
        await expect(.modelExists) { _ = try await make("A", .metaTrain) }
        #expect(try await make("Cast", .metaTrain).name == "Cast")
        #expect(try await make(nil, .transferTrain).name == "transfer-train-3")
        try await registry.recordWarnings(job.id, ["left out: “Rei”", "\n"])
        #expect(try await registry.job(job.id).warnings == ["left out: “Rei”", "\n"])
        _ = try await registry.cancelJob(job.id)
        try await registry.recordWarnings(job.id, [])
        #expect(try await registry.job(job.id).warnings.count == 2)
    }

    @Test func `the names of those with pictures follow every change`() async throws {
        let registry = try await open()
        #expect(registry.enrolledNames.isEmpty)
        _ = try await registry.createCharacter(named: "bare")
        for (number, name) in ["b", "a"].enumerated() {
            _ = try await registry.enroll(
                character: name, images: [newImage(number, [1, 0, 0, Float(number)])], model: modelA)
        }
        #expect(registry.enrolledNames.sorted() == ["a", "b"])
        let revision = registry.supportRevision
        _ = try await registry.renameCharacter("a", to: "c")
        #expect(registry.enrolledNames.sorted() == ["b", "c"] && registry.supportRevision > revision)
        try await registry.removeCharacter(named: "b")
        #expect(registry.enrolledNames == ["c"])
    }
}
