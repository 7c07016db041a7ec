import Detection
import Foundation
import NeuralNetwork
import Testing

@testable import Training

/// A detector's training as a run: it learns, stops, resumes and writes a detector.
@Suite struct DetectionTrainingTests {
    @Test func `a stopped and resumed run equals an uninterrupted one, and its loss falls`() async throws {
        let fixture = try Fixture()
        try await fixture.drawDetection()
        // One way of making pictures, so that the loss of a few of them tells something.
        let configuration = fixture.detection(epochs: 3, steps: 6) {
            ($0.mix.composites, $0.mix.pasted, $0.mix.faceless, $0.batch) = (0, 0, 0, 4)
        }
        let whole = try await fixture.detectionRun(configuration, in: "whole").epochs()
        do {
            _ = try await fixture.detectionRun(configuration, in: "parts").epochs(stopAfter: 8)
            Issue.record("the run was not stopped")
        } catch let error as TrainingError { #expect(error.code == .interrupted) }
        let resumed = try TrainingRun(resuming: try RunFolder(existing: "\(fixture.path)/parts"))
        let rest = try await resumed.epochs()
        for file in ["last.safetensors", "best.safetensors", "model.safetensors"] {
            #expect(
                try Safetensors(contentsOf: fixture.file("whole", file)).tensors
                    == Safetensors(contentsOf: fixture.file("parts", file)).tensors)
        }
        #expect(whole.count == 3)
        #expect(whole[2].loss == rest.last?.loss && whole[2].validationAccuracy == rest.last?.validationAccuracy)
        #expect(whole[2].loss < 0.95 * whole[0].loss)
        #expect(whole.allSatisfy { $0.falseBoxes != nil && $0.threshold != nil && $0.heldAccuracy == nil })
        let model = try DetectorModel(try Data(contentsOf: URL(filePath: fixture.file("whole", "model.safetensors"))))
        #expect(model.longSide == 96)
        #expect(model.threshold == whole.last { $0.isBest }?.threshold)
        #expect(model.metadata["training"]?.hasPrefix("train-detector, epoch") ?? false)
    }

    @Test func `frozen stages keep the weights of a network that names faces`() async throws {
        let fixture = try Fixture()
        try await fixture.drawDetection()
        // A detector is also something to start from.
        _ = try await fixture.detectionRun(fixture.detection(epochs: 1, steps: 1), in: "first").epochs()
        var configuration = fixture.detection(epochs: 1, steps: 2) { $0.frozenStages = 3 }
        configuration.weights = fixture.file("first", "best.safetensors")
        _ = try await fixture.detectionRun(configuration, in: "second").epochs()
        let before = try Safetensors(contentsOf: fixture.file("first", "best.safetensors")).tensors
        let after = try Safetensors(contentsOf: fixture.file("second", "best.safetensors")).tensors
        #expect(before["blocks.2.0.bn1.running_mean"] == after["blocks.2.0.bn1.running_mean"])
        #expect(before["conv_stem.weight"] == after["conv_stem.weight"])
        #expect(before["blocks.3.0.conv_pw.weight"] != after["blocks.3.0.conv_pw.weight"])
        #expect(before["head.out.weight"] != after["head.out.weight"])
    }

    @Test func `what cannot be trained on is named, and the folder stays empty`() async throws {
        let fixture = try Fixture()
        try await fixture.drawDetection()
        func message(_ change: (inout TrainingConfiguration) -> Void) -> String {
            var configuration = fixture.detection(epochs: 1, steps: 1)
            change(&configuration)
            do {
                _ = try fixture.detectionRun(configuration, in: "bad")
                return ""
            } catch { return "\(error)" }
        }
        #expect(message { $0.data.training = ["\(fixture.path)/gone"] }.contains("cannot read the folder"))
        #expect(message { $0.data.training = ["\(fixture.path)/empty"] }.contains("no picture with faces is left"))
        #expect(
            message { $0 = fixture.detection(epochs: 1, steps: 1) { $0.trainingOnly = ["pic", "comp"] } }
                .contains("to validate on"))
        try Data("no picture".utf8).write(to: URL(filePath: "\(fixture.path)/empty/plain_0.png"))
        #expect(message { _ in }.contains("plain_0.png"))
        #expect(
            message {
                $0.weights = "\(fixture.path)/empty/plain_0.png"; $0.data.skipBad = true
            }.contains("safetensors"))
        #expect(!FileManager.default.fileExists(atPath: fixture.file("bad", "run.json")))
    }
}
