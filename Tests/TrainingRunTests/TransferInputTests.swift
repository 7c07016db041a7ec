import Backbones
import FewShot
import Foundation
import NeuralNetwork
import Testing

@testable import Training

/// What a transfer training refuses, and how its pictures are split.
@Suite struct TransferInputTests {
    private func failure(_ fixture: Fixture, _ configuration: TrainingConfiguration) -> TrainingError? {
        do {
            _ = try fixture.run(configuration, in: UUID().uuidString)
            return nil
        } catch { return error as? TrainingError }
    }

    @Test func `A class too small for the split is named with its pictures and what is needed`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 7)
        let folder = try FileManager.default.contentsOfDirectory(atPath: fixture.data).sorted()[1]
        for number in 4...7 { try FileManager.default.removeItem(atPath: "\(fixture.data)/\(folder)/\(number).png") }
        let error = failure(fixture, fixture.transfer(epochs: 1))
        #expect(error?.code == .badInput)
        #expect(error?.message.hasPrefix("\(folder) has 3 pictures, and none of them falls to the ") == true)
        #expect(error?.message.contains("73.8/16.2/10.0 % needs 6 that can be read") == true)
        #expect(TransferPictures.needed(.init(test: 0.25, validation: 0.33)) == 3)
    }

    @Test func `Crops of one source stand on one side, and a class of one source is too small`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 3, images: 12)
        let folders = try FileManager.default.contentsOfDirectory(atPath: fixture.data).sorted()
        var sources: [String: String] = [:]
        for folder in folders {
            for number in 1...12 { sources["\(folder)/\(number).png"] = "\(folder) \(number / 2)" }
        }
        func write() throws {
            try JSONEncoder().encode(sources).write(to: URL(filePath: fixture.path + "/sources.json"))
        }
        var configuration = fixture.transfer(epochs: 1)
        configuration.data.sources = fixture.path + "/sources.json"
        guard case .transfer(let settings) = configuration.objective else {
            throw TrainingError(.badInput, "another kind")
        }
        try write()
        let pictures = try TransferPictures(configuration, settings) { _, _ in }
        let parts = [pictures.training, pictures.validation, pictures.test].map { store in
            Set(
                store.data.classes.flatMap(\.images).map { path in
                    sources[path.split(separator: "/").suffix(2).joined(separator: "/")] ?? ""
                })
        }
        #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]))
        #expect(parts[1].isDisjoint(with: parts[2]) && parts.allSatisfy { $0.count >= 3 })
        for number in 1...12 { sources["\(folders[0])/\(number).png"] = "one" }
        try write()
        let error = failure(fixture, configuration)
        #expect(error?.message.contains("\(folders[0]) has 12 pictures") == true)
        #expect(error?.message.contains("pictures of one source stay together") == true)
    }

    @Test func `More layers than there are cannot be fine-tuned`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 3, images: 7)
        let error = failure(fixture, fixture.transfer(.top(layers: 17), epochs: 1))
        #expect(error?.message.hasPrefix("tiny has 16 layers, so --fine-tune top:17 is too many") == true)
        #expect(failure(fixture, fixture.transfer(.top(layers: 16), epochs: 1)) == nil)
    }

    @Test func `Layers are counted as the graph's nodes`() throws {
        let graph = Fixture.tiny.graph(32)
        func trainable(_ layers: Int) throws -> [String] {
            try FineTuning.top(layers: layers).trainable(graph, architecture: "tiny").sorted()
        }
        #expect(try trainable(2).isEmpty)
        #expect(try trainable(3) == ["bn4.bias", "bn4.weight"])
        #expect(try trainable(4) == ["bn4.bias", "bn4.weight", "conv4.weight"])
        #expect(try trainable(16) == FineTuning.all.trainable(graph, architecture: "tiny").sorted())
        #expect(["none", "all", "top:3"].map { FineTuning($0)?.description } == ["none", "all", "top:3"])
        #expect(["top:0", "top:-1", "top:", "top", "some"].allSatisfy { FineTuning($0) == nil })
    }

    @Test func `A frozen run's start must stay what it was`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 3, images: 7)
        let weights = fixture.path + "/weights.safetensors"
        let tensors = Fixture.tiny.graph(32).parameters.mapValues { shape in
            Tensor(shape: shape, values: [Float](repeating: 0.1, count: shape.reduce(1, *)))
        }
        try Safetensors(tensors: tensors).write(to: weights)
        var configuration = fixture.transfer(epochs: 9)
        configuration.weights = weights
        do {
            _ = try await fixture.run(configuration, in: "run").epochs(stopAfter: 9)
        } catch let error as TrainingError { #expect(error.code == .interrupted) }
        try Safetensors(tensors: tensors, metadata: ["source": "elsewhere"]).write(to: weights)
        let second = try fixture.resume("run")
        do {
            _ = try await second.epochs()
            Issue.record("the weights have changed")
        } catch { #expect(error.code == .badInput && error.message.contains("has changed")) }
        let head = fixture.transfer(epochs: 1)
        var begun = head
        begun.weights = fixture.file("run", "last.safetensors")
        #expect(failure(fixture, begun)?.message.contains("Use the run's model") == true)
        #expect(failure(fixture, head) == nil)
    }

    @Test func `A loss that is no number stops the run`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 3, images: 7)
        let run = try fixture.run(fixture.transfer(epochs: 30, rate: 1e38), in: "run")
        do {
            _ = try await run.epochs()
            Issue.record("the run went on")
        } catch { #expect(error.code == .diverged && error.message.contains("--learning-rate")) }
    }
}
