import Backbones
import Embedding
import Foundation
import Imaging
import NeuralNetwork
import Statistics
import Testing

@testable import Training

/// Transfer trainings learn, resume to the bit, and leave a classifier and its result.
@Suite struct TransferTests {
    private func tensors(_ fixture: Fixture, _ run: String, _ file: String) throws -> [String: Tensor] {
        try Safetensors(contentsOf: fixture.file(run, file)).tensors
    }

    @Test func `A dense layer on a frozen network learns, and what it leaves says how well`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 5, images: 12)
        let configuration = fixture.transfer(epochs: 25).with { $0.augmentation = nil }
        var start: TrainingEvent.Start?
        var finish: TrainingEvent.Finish?
        try await fixture.run(configuration, in: "run").train(stop: { false }) { event in
            if case .start(let value) = event { start = value }
            if case .finish(let value) = event { finish = value }
        }
        #expect(start?.fineTune == "none" && start?.trainingImages == 45 && start?.validationImages == 10)
        #expect(start?.testImages == 5 && start?.steps == 5 && start?.validationClasses == 0)
        let result = try TransferResult(run: fixture.path + "/run")
        #expect(result.training.top1.mean > 0.9 && result.training.loss < result.history[0].validationLoss)
        #expect(result.training.images == 45 && result.predictions.count == 5)
        #expect(result.epochs <= 25 && result.history.count == result.epochs)
        let lowest = try #require(result.history.min { $0.validationLoss < $1.validationLoss })
        #expect(result.bestEpoch == lowest.epoch)
        #expect(abs(result.validation.loss - lowest.validationLoss) < 1e-9)
        // 3·16·9 + 16·32·9 + 32·64·9 + 2 · 64·64·9, batch norms of 16, 32 and thrice 64, and 5 · 64 + 5.
        #expect(result.parameters == 97_200 + 4 * 240 + 325 && result.trainableParameters == 325)
        #expect(finish?.transfer?.test == result.test && finish?.transfer?.fineTune == "none")
        let picture = try String(contentsOfFile: fixture.file("run", "curve.svg"), encoding: .utf8)
        #expect(picture.contains("10 pictures") && picture.components(separatedBy: "<polyline").count == 5)
    }

    @Test(arguments: [FineTuning.none, .top(layers: 6)])
    func `A run stopped and resumed equals one that was not, to the bit`(fineTune: FineTuning) async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 8)
        let configuration = fixture.transfer(fineTune, epochs: 4)
        let whole = try await fixture.run(configuration, in: "whole").epochs()
        for (index, stop) in [2, 7, 5].enumerated() {
            let run = index == 0 ? try fixture.run(configuration, in: "parts") : try fixture.resume("parts")
            do {
                _ = try await run.epochs(stopAfter: stop)
                Issue.record("the run was not stopped")
            } catch { #expect(error.code == .interrupted && error.message.contains("--resume")) }
        }
        _ = try await fixture.resume("parts").epochs()
        for file in ["last.safetensors", "best.safetensors", "model.safetensors"] {
            #expect(try tensors(fixture, "whole", file) == tensors(fixture, "parts", file))
        }
        let (first, second) = try (
            TransferResult(run: fixture.path + "/whole"), TransferResult(run: fixture.path + "/parts")
        )
        #expect(first.history.map(\.loss) == second.history.map(\.loss) && first.history.count == whole.count)
        #expect(first.test == second.test && first.predictions == second.predictions)
        #expect(first.temperature == second.temperature && first.radius == second.radius)
    }

    @Test func `Fine-tuning trains the layers asked for and no others`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 8)
        _ = try await fixture.run(fixture.transfer(.top(layers: 4), epochs: 1), in: "top").epochs()
        let start = try StartingWeights(fixture.transfer(epochs: 1), Fixture.tiny.graph(32)).network
        let top = try tensors(fixture, "top", "last.safetensors")
        let changed = start.keys.filter { top[$0] != start[$0] }.sorted()
        // The last four layers are a convolution, its batch norm, the addition and an activation.
        #expect(
            changed == ["bn4.bias", "bn4.running_mean", "bn4.running_var", "bn4.weight", "conv4.weight"])
        let records = try await fixture.run(fixture.transfer(.all, epochs: 6), in: "all").epochs()
        #expect(records[records.count - 1].loss < records[0].loss)
        let all = try tensors(fixture, "all", "last.safetensors")
        #expect(start.keys.allSatisfy { all[$0] != start[$0] })
        let result = try TransferResult(run: fixture.path + "/all")
        #expect(result.fineTune == "all" && result.trainableParameters == 97_200 + 2 * 240 + 4 * 65)
    }

    @Test func `A finished run reports its result again without training or measuring`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 7)
        _ = try await fixture.run(fixture.transfer(epochs: 2), in: "run").epochs()
        let result = try TransferResult(run: fixture.path + "/run")
        var told: TransferSummary?
        try await fixture.resume("run").train(stop: { false }) { event in
            switch event {
            case .features, .progress, .epoch: Issue.record("a finished run does nothing")
            case .finish(let finish): told = finish.transfer
            case .start: break
            }
        }
        #expect(told?.inference == result.inference)
    }

    @Test func `A run ends early when the validation loss has not fallen for some epochs`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 4, images: 7)
        let configuration = fixture.transfer(epochs: 40, rate: 0).with { $0.patience = 3 }
        let records = try await fixture.run(configuration, in: "run").epochs()
        #expect(records.count == 4 && records.map(\.isBest) == [true, false, false, false])
        let result = try TransferResult(run: fixture.path + "/run")
        #expect(result.stoppedEarly && result.bestEpoch == 1 && result.epochs == 4)
    }

    @Test func `A classifier's file is read, answers as measured, and is started from`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 3, images: 7)
        var configuration = fixture.transfer(epochs: 3).with { $0.augmentation = nil }
        configuration.architecture = "mobilenetv2"
        func run(_ name: String) throws -> TrainingRun {
            try TrainingRun(configuration, in: try RunFolder(new: "\(fixture.path)/\(name)"))
        }
        _ = try await run("first").epochs()
        let result = try TransferResult(run: fixture.path + "/first")
        let path = fixture.file("first", "model.safetensors")
        let classifier = try TrainedClassifier(Data(contentsOf: URL(filePath: path)))
        #expect(classifier.classes == result.classes && classifier.dimensions == 1280)
        #expect(abs(Double(classifier.temperature) - result.temperature) < 1e-4 * result.temperature)
        #expect(classifier.radius.map(Double.init) == result.radius)
        #expect(result.parameters == 2_257_984 + 1280 * 3 + 3)
        let embedder = try Embedder(model: classifier.model, threads: 1)
        for prediction in result.predictions {
            let bytes = try Data(contentsOf: URL(filePath: prediction.path))
            let picture = classifier.model.transform.apply(try Image.decode([UInt8](bytes)).image)
            let answer = classifier.answer(embedder.embed([picture])[0])
            #expect(abs(Double(answer.probabilities[prediction.label]) - prediction.labelProbability) < 0.01)
        }
        configuration.weights = path
        configuration.descent.learningRate = 0
        _ = try await run("second").epochs()
        // The dense layer goes on where the other ended, but for half precision.
        let second = try TransferResult(run: fixture.path + "/second")
        #expect(abs(second.validation.loss - result.validation.loss) < 0.02 * result.validation.loss)
        #expect(second.start.hasPrefix("model.safetensors (transfer-train, fine-tune none"))
        try FileManager.default.moveItem(
            atPath: "\(fixture.data)/\(result.classes[0])", toPath: "\(fixture.data)/Somebody Else")
        let error = #expect(throws: TrainingError.self) { try run("third") }
        #expect(error?.code == .badInput && error?.message.contains("--new-head") == true)
        configuration = configuration.with { $0.newHead = true }
        _ = try run("fourth")
    }
}
