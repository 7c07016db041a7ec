import Embedding
import Foundation
import NeuralNetwork
import Testing
import Training

/// A run with a teacher: what it learns, how it is resumed, and which teachers it refuses.
@Suite struct TeacherTests {
    private func configuration(_ fixture: Fixture, teacher: String, epochs: Int = 3) -> TrainingConfiguration {
        var configuration = fixture.classes(epochs: epochs, steps: 6)
        guard case .classes(var settings) = configuration.objective else { preconditionFailure() }
        settings.teacher = PretrainingSettings.Teacher(path: teacher, weight: 16)
        configuration.objective = .classes(pretraining: settings)
        return configuration
    }

    private func failure(_ body: () throws -> Void) -> TrainingError? {
        do {
            try body()
            return nil
        } catch { return error as? TrainingError }
    }

    private func shipped() throws -> String { try #require(ModelFiles.shipped(ModelFiles.defaultName)) }

    @Test func `The network comes nearer to the teacher, and the projection is kept in checkpoints only`() async throws
    {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let records = try await fixture.run(configuration(fixture, teacher: try shipped(), epochs: 6), in: "run")
            .epochs()
        // A cosine distance of 1 is what random features have: 16 of the loss. Six epochs take off more than the classifier's ln 8.
        let (first, last) = (try #require(records.first), try #require(records.last))
        #expect(first.loss > 8)
        #expect(first.loss - last.loss > 3)
        let projection = "classifier.projection.weight"
        #expect(
            try Safetensors(contentsOf: fixture.file("run", "last.safetensors")).tensors[projection]?.shape == [
                1024, 64,
            ])
        #expect(try Safetensors(contentsOf: fixture.file("run", "model.safetensors")).tensors[projection] == nil)
    }

    @Test func `A run that was stopped and resumed is the run that was not`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let teacher = try shipped()
        _ = try await fixture.run(configuration(fixture, teacher: teacher), in: "whole").epochs()
        do {
            _ = try await fixture.run(configuration(fixture, teacher: teacher), in: "parts").epochs(stopAfter: 8)
            Issue.record("the run was not stopped")
        } catch let error as TrainingError { #expect(error.code == .interrupted) }
        _ = try await fixture.resume("parts").epochs()
        #expect(
            try Safetensors(contentsOf: fixture.file("whole", "last.safetensors")).tensors
                == Safetensors(contentsOf: fixture.file("parts", "last.safetensors")).tensors)
    }

    @Test func `A teacher that is missing, damaged or exchanged is named`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let path = "\(fixture.path)/teacher.safetensors"
        let missing = failure { _ = try fixture.run(configuration(fixture, teacher: path), in: "missing") }
        #expect(missing?.code == .badInput)
        #expect(missing?.message == "cannot read the teacher \(path): no such file or directory")
        try Data("no model".utf8).write(to: URL(filePath: path))
        let damaged = failure { _ = try fixture.run(configuration(fixture, teacher: path), in: "damaged") }
        #expect(damaged?.message.hasPrefix("the teacher \(path) cannot be used: ") == true)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: try shipped(), toPath: path)
        _ = try fixture.run(configuration(fixture, teacher: path), in: "run")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: try #require(ModelFiles.shipped("resnet12")), toPath: path)
        let exchanged = failure { _ = try fixture.resume("run") }
        #expect(exchanged?.message.contains("has changed since the run began") == true)
    }
}
