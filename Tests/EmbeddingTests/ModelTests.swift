import Backbones
import Foundation
import NeuralNetwork
import Statistics
import TestSupport
import Testing

@testable import Embedding

@Suite struct ModelTests {
    private static let taps = ["blocks.3", "conv_head"]
    private static let width = 64 + 1280
    private static let decision = DecisionRule(
        covariance: TwoCovariance(between: 7.2, within: 0.278, dimensions: 9.74),
        curve: [.init(falseAccepts: 0.1, threshold: 0.4)])

    /// Any model's readout and settings come back as they were written; matrices in half precision.
    @Test func `a model that is written is read`() throws {
        let plain = try Model(TestModels.file(["temperature": "0.5"]))
        var numbers = Numbers(seed: 8)
        let readout = Readout(
            widths: [64, 1280], tapMean: numbers.floats(Self.width, in: -1...1),
            mean: numbers.floats(Self.width, in: -1...1),
            projection: numbers.floats(7 * Self.width, in: -1...1))
        let file = try plain.file(
            taps: Self.taps, readout: readout, mirror: true, transform: .resizeCrop, radius: 0.8125,
            decision: Self.decision, temperature: 0.25, notes: ["license": "MIT", "radius": "none"])
        let model = try Model(file)
        #expect(model.identity == ContentHash.sha256(file) && model.identity.count == 64)
        #expect(model.byteCount == file.count)
        #expect(model.architecture == TestModels.architecture && model.taps == Self.taps)
        #expect(model.mirror && model.radius == 0.8125 && model.temperature == 0.25 && model.dimensions == 7)
        #expect(model.decision == Self.decision)
        #expect(model.transform.kind == .resizeCrop && model.transform.size == TestModels.size)
        #expect(model.metadata["license"] == "MIT")
        let read = try #require(model.readout)
        #expect(read.widths == readout.widths && read.tapMean == readout.tapMean && read.mean == readout.mean)
        let rounding = zip(read.projection.values, readout.projection.values).map { abs($0 - $1) }
        #expect(rounding.allSatisfy { $0 <= 1.0 / 4096 } && rounding.contains { $0 > 0 })
        // Nothing is left to round: writing it once more gives the same bytes.
        let again = try model.file(
            taps: model.taps, readout: read, mirror: model.mirror, transform: .resizeCrop, radius: model.radius,
            decision: model.decision, temperature: model.temperature, notes: ["license": "MIT"])
        #expect(again == file)
    }

    @Test func `without a radius the file has none`() throws {
        let plain = try Model(TestModels.file(["radius": "0.7"]))
        #expect(plain.radius == 0.7)
        let readout = try #require(try Model(Self.withReadout()).readout)
        let file = try plain.file(
            taps: Self.taps, readout: readout, mirror: false, transform: .resize, radius: nil,
            decision: nil, temperature: 1, notes: ["radius": "0.7"])
        let model = try Model(file)
        #expect(model.radius == nil && model.decision == nil && !model.mirror)
    }

    @Test func `a run's checkpoint is a model, and a model runs at another size`() throws {
        let backbone = try Catalogue.backbone("resnet10")
        var tensors = backbone.graph(84).initialWeights(seed: 1)
        let plain = Safetensors(tensors: tensors).encoded()
        tensors["classifier.weight"] = Tensor(shape: [2, 512], values: [Float](repeating: 0, count: 1024))
        tensors["optimiser.layer1.0.conv1.weight"] = Tensor(shape: [1], values: [1])
        let checkpoint = Safetensors(
            tensors: tensors, metadata: ["architecture": "resnet10", "input_size": "84", "state": "{}"]
        ).encoded()
        let model = try Model(checkpoint)
        let (same, larger) = (try Model(plain, architecture: "resnet10"), try Model(checkpoint, inputSize: 112))
        #expect(model.parameterCount == same.parameterCount)
        #expect(model.transform.size == 84 && larger.transform.size == 112)
    }

    @Test func `plain weights take the architecture's own settings`() throws {
        let backbone = try Catalogue.backbone("resnet10")
        let file = Safetensors(tensors: backbone.graph(84).initialWeights(seed: 1)).encoded()
        let model = try Model(file, architecture: "resnet10")
        #expect(model.taps == ["layer4"] && model.dimensions == 512 && model.readout == nil && !model.mirror)
        #expect(model.transform == EvaluationTransform(kind: .resize, size: 84, normalization: .imageNet))
        #expect(model.radius == nil && model.temperature == 1)
        let unnamed = #expect(throws: ModelError.self) { try Model(file) }
        #expect(unnamed?.code == .unknownArchitecture && unnamed?.message.contains("--architecture") == true)
        let unknown = #expect(throws: ModelError.self) { try Model(file, architecture: "resnet11") }
        #expect(unknown?.code == .unknownArchitecture && unknown?.message.contains("resnet10, resnet12") == true)
        let other = #expect(throws: ModelError.self) { try Model(file, architecture: "resnet12") }
        #expect(other?.code == .invalidModel && other?.message.contains("tensor layer") == true)
    }

    private static func withReadout(_ change: (inout [String: Tensor]) -> Void = { _ in }) throws -> Data {
        var tensors = TestModels.readout(width: width, dimensions: 3)
        change(&tensors)
        return try TestModels.file(["taps": taps.joined(separator: ",")], tensors: tensors)
    }

    private func refusal(_ file: Data, architecture: String? = nil) -> ModelError? {
        #expect(throws: ModelError.self) { try Model(file, architecture: architecture) }
    }

    @Test func `an incomplete or misshapen readout is refused`() throws {
        #expect(try Model(Self.withReadout()).dimensions == 3)
        for name in ["tap_mean", "mean", "projection"] {
            let missing = refusal(try Self.withReadout { $0["readout.\(name)"] = nil })
            #expect(missing?.code == .invalidModel && missing?.message.contains("incomplete") == true)
            let misshapen = refusal(
                try Self.withReadout { $0["readout.\(name)"] = Tensor(shape: [2, 2], values: [1, 1, 1, 1]) })
            #expect(misshapen?.message.contains("do not fit the taps' 1344 features") == true)
        }
        let damaged = refusal(
            try Self.withReadout {
                $0["readout.mean"] = Tensor(shape: [Self.width], values: [Float](repeating: .nan, count: Self.width))
            })
        #expect(damaged?.message.contains("NaN") == true)
    }

    @Test(arguments: [
        ("taps", "blocks.3,blocks.9", "there is no tap blocks.9"), ("taps", "", "names no tap"),
        ("transform", "crop", "unknown evaluation transform crop"), ("input_size", "7", "8 to 1024 pixels"),
        ("input_size", "1025", "8 to 1024 pixels"), ("input_size", "32.5", "input_size is \"32.5\""),
        ("radius", "-1", "radius is \"-1\""), ("radius", "0", "radius is \"0\""),
        ("radius", "nan", "radius is \"nan\""),
        ("radius", "inf", "radius is \"inf\""), ("temperature", "0", "temperature is \"0\""),
        ("temperature", "warm", "temperature is \"warm\""), ("decision", "{}", "decision is \"{}\""),
    ]) func `settings that make no sense are named`(key: String, value: String, message: String) throws {
        let error = refusal(try TestModels.file([key: value]))
        #expect(error?.code == .invalidModel && error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a file of another architecture is refused`() throws {
        let file = try TestModels.file()
        let error = refusal(file, architecture: "resnet12")
        #expect(error?.code == .invalidModel && error?.message.contains("holds mobilenetv2, not resnet12") == true)
        #expect(refusal(try TestModels.file(["architecture": "vgg"]))?.code == .unknownArchitecture)
        let extra = refusal(try TestModels.file(tensors: ["who.weight": Tensor(shape: [1], values: [1])]))
        #expect(extra?.code == .invalidModel && extra?.message.contains("who.weight") == true)
    }

    @Test func `damaged bytes are refused`() throws {
        let file = try TestModels.file()
        for count in [0, 7, 100, file.count - 1] {
            #expect(refusal(Data(file.prefix(count)))?.code == .invalidModel)
        }
        #expect(refusal(file + Data([0]))?.code == .invalidModel)
    }

    /// FIPS 180-2's examples.
    @Test func `identities are SHA-256`() {
        #expect(
            ContentHash.sha256(Data("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            ContentHash.sha256(Data()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `the average of two models has the mean of their weights and no readout`() throws {
        let weights = try Catalogue.backbone(TestModels.architecture).graph(TestModels.size).initialWeights(seed: 2)
        let models = [try Model(TestModels.file()), try Model(TestModels.file(tensors: weights))]
        let average = try Model(Model.average(models))
        #expect(average.readout == nil && average.taps == ["conv_head"])
        for (name, tensor) in average.weights {
            let parts = models.map { $0.weights[name]?.values ?? [] }
            for index in stride(from: 0, to: tensor.values.count, by: 97) {
                let mean = (parts[0][index] + parts[1][index]) / 2
                #expect(abs(tensor.values[index] - mean) <= abs(mean) / 1024 + 1e-7, "\(name)[\(index)]")
            }
        }
    }

    @Test func `models of two input sizes have no average`() throws {
        let models = [try Model(TestModels.file()), try Model(TestModels.file(["input_size": "48"]))]
        let error = #expect(throws: ModelError.self) { try Model.average(models) }
        #expect(error?.message.contains("32 and mobilenetv2 at 48") == true)
    }
}
