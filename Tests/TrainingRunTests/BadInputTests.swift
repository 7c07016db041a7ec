import Foundation
import NeuralNetwork
import Testing
import Training

/// What a run refuses, and what it says.
@Suite struct BadInputTests {
    private func failure(_ body: () async throws -> Void) async -> TrainingError? {
        do {
            try await body()
            return nil
        } catch { return error as? TrainingError }
    }

    @Test func `Classes with too few pictures are named with their numbers`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 6, images: 3)
        var configuration = fixture.episodes(epochs: 1, steps: 1)
        configuration.data.split = [6, 0, 0]
        let error = await failure { _ = try fixture.run(configuration, in: "run") }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("5-way 2-shot with 4 queries needs 5 classes of 6 pictures") == true)
        #expect(error?.message.contains("has 3") == true)
        // Nothing is left that would disturb a second try.
        try FileManager.default.removeItem(atPath: fixture.data)
        try await fixture.draw(characters: 13, images: 6)
        _ = try fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run")
    }

    @Test func `Too few classes for the split are an error`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 6, images: 6)
        let error = await failure { _ = try fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run") }
        #expect(error?.message == "a split of 8/5/0 needs 13 classes; the data has 6")
    }

    @Test func `Unreadable pictures are named, and left out only when asked`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 7)
        let folder = try FileManager.default.contentsOfDirectory(atPath: fixture.data).sorted()[0]
        let bad = "\(fixture.data)/\(folder)/1.png"
        try Data("no picture".utf8).write(to: URL(filePath: bad))
        var configuration = fixture.episodes(epochs: 1, steps: 1)
        configuration.data.split = [13, 0, 0]
        let error = await failure { _ = try fixture.run(configuration, in: "strict") }
        #expect(error?.code == .badInput && error?.message.contains(bad) == true)
        configuration.data.skipBad = true
        var skipped: [String] = []
        try await fixture.run(configuration, in: "lenient").train(stop: { false }) { event in
            if case .start(let start) = event { skipped = start.skipped }
        }
        #expect(skipped.count == 1 && skipped[0].contains(bad))
    }

    @Test func `Two runs never share a folder`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let first = try fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run")
        let second = await failure { _ = try fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run") }
        #expect(second?.code == .conflict && second?.message.contains("another process is training") == true)
        let resumed = await failure { _ = try fixture.resume("run") }
        #expect(resumed?.code == .conflict)
        #expect(first.configuration.epochs == 1)
    }

    @Test func `A folder with a run or with anything else is no place for a new one`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        _ = try await fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run").epochs()
        let again = await failure { _ = try fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run") }
        #expect(again?.code == .conflict && again?.message.contains("--resume") == true)
        let inData = await failure { _ = try fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "characters") }
        #expect(inData?.code == .conflict && inData?.message.contains("not empty") == true)
        let nowhere = await failure { _ = try fixture.resume("nothing") }
        #expect(nowhere?.code == .notFound)
    }

    @Test func `A checkpoint that is cut or of another architecture is refused`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        _ = try await fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run").epochs()
        let path = fixture.file("run", "last.safetensors")
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.prefix(whole.count - 100).write(to: URL(filePath: path))
        let cut = await failure { _ = try await fixture.resume("run").epochs() }
        #expect(cut?.code == .badInput && cut?.message.contains("cannot be used") == true)
        var other = try Safetensors(whole)
        other.metadata["architecture"] = "resnet12"
        try other.write(to: path)
        let wrong = await failure { _ = try await fixture.resume("run").epochs() }
        #expect(wrong?.message.contains("a checkpoint of resnet12, not of tiny") == true)
    }

    @Test func `Changed data is no data to resume with`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 7)
        _ = try await fixture.run(fixture.episodes(epochs: 1, steps: 1), in: "run").epochs()
        for folder in try FileManager.default.contentsOfDirectory(atPath: fixture.data) {
            try FileManager.default.removeItem(atPath: "\(fixture.data)/\(folder)/7.png")
        }
        let error = await failure { _ = try fixture.resume("run") }
        #expect(error?.message.contains("had 7 pictures and has 6") == true)
    }

    @Test func `A loss that is no number stops the run and keeps the last checkpoint`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var configuration = fixture.episodes(epochs: 3, steps: 3)
        configuration.schedule = .byEpoch(rate: .multiStep(milestones: [1], gamma: 1e36))
        let error = await failure { _ = try await fixture.run(configuration, in: "run").epochs() }
        #expect(error?.code == .diverged && error?.message.contains("--resume") == true)
        #expect(
            try Safetensors(contentsOf: fixture.file("run", "last.safetensors")).tensors.values.allSatisfy {
                $0.isFinite
            })
    }

    /// No later step's loss shows what the last step of an epoch did to the weights. Without validation nothing else reads them.
    @Test(arguments: [false, true]) func `Weights that the last step of an epoch made infinite are not written`(
        isClassifier: Bool
    ) async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var configuration = isClassifier ? fixture.classes(epochs: 2, steps: 1) : fixture.episodes(epochs: 2, steps: 1)
        configuration.data.split = [13, 0, 0]
        configuration.schedule = .byEpoch(rate: .multiStep(milestones: [1], gamma: 1e45))
        let names = ["best", "model", "last"].map { fixture.file("run", "\($0).safetensors") }
        var good: [Data?] = []
        let run = try fixture.run(configuration, in: "run")
        let error = await failure {
            try await run.train(stop: { false }) { event in
                if case .epoch = event { good = names.map { FileManager.default.contents(atPath: $0) } }
            }
        }
        #expect(error?.code == .diverged)
        #expect(
            error?.message.contains("NaN or infinite values after epoch 2, step 1") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("--resume") == true)
        #expect(good.count == 3 && !good.contains(nil))
        #expect(names.map { FileManager.default.contents(atPath: $0) } == good)
    }

    @Test func `A stop right after a step that made weights infinite keeps the last good checkpoint`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var configuration = fixture.episodes(epochs: 2, steps: 3)
        configuration.schedule = .byEpoch(rate: .multiStep(milestones: [1], gamma: 1e45))
        let error = await failure { _ = try await fixture.run(configuration, in: "run").epochs(stopAfter: 4) }
        #expect(error?.code == .diverged)
        #expect(
            try Safetensors(contentsOf: fixture.file("run", "last.safetensors")).tensors.values.allSatisfy {
                $0.isFinite
            })
    }

    /// A model file holds matrices in half precision, whose largest number is 65,504.
    @Test func `Weights too large for a model file are named, and the last good model stays`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var configuration = fixture.episodes(epochs: 2, steps: 1)
        configuration.data.split = [13, 0, 0]
        configuration.schedule = .byEpoch(rate: .multiStep(milestones: [1], gamma: 1e10))
        let error = await failure { _ = try await fixture.run(configuration, in: "run").epochs() }
        #expect(error?.code == .diverged)
        #expect(error?.message.contains("which half precision cannot store") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("tensor conv") == true)
        let model = try Safetensors(contentsOf: fixture.file("run", "model.safetensors"))
        #expect(
            model.tensors.values.allSatisfy { $0.isFinite }
                && model.metadata["training"]?.contains("epoch 1 of 2") == true)
    }

    @Test func `A batch beyond memory leaves the folder to other settings`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        var large = fixture.classes(epochs: 1, steps: 1)
        guard case .classes(var settings) = large.objective else { preconditionFailure("it was made so") }
        settings.batch = 1 << 22
        large.objective = .classes(pretraining: settings)
        let error = await failure { _ = try await fixture.run(large, in: "run").epochs() }
        #expect(error?.code == .badInput && error?.message.contains("of memory") == true, "\(error?.message ?? "")")
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/run") == [".lock"])
        #expect(try await fixture.run(fixture.classes(epochs: 1, steps: 1), in: "run").epochs().count == 1)
        // A run that was begun before keeps its files.
        let resumed = fixture.file("run", "run.json")
        let begun = try String(contentsOfFile: resumed, encoding: .utf8)
        try begun.replacing("\"batch\" : 16", with: "\"batch\" : 4194304").replacing(
            "\"epochs\" : 1", with: "\"epochs\" : 2"
        ).write(toFile: resumed, atomically: true, encoding: .utf8)
        let again = await failure { _ = try await fixture.resume("run").epochs() }
        #expect(again?.code == .badInput && FileManager.default.fileExists(atPath: resumed))
    }

    @Test func `A damaged file of a run is named with the place`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        _ = try fixture.run(fixture.classes(epochs: 1, steps: 1), in: "run")
        let file = fixture.file("run", "run.json")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (wrong, reason) in [
            ("{", "it is not JSON"),
            (text.replacing("\"epochs\" : 1", with: "\"epochs\" : \"1\""), "wrong type at “epochs”"),
            ("{}", "it lacks “"),
        ] {
            try wrong.write(toFile: file, atomically: true, encoding: .utf8)
            let error = await failure { _ = try fixture.resume("run") }
            #expect(error?.code == .badInput && error?.message.contains("\(file) is damaged: ") == true)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        }
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
        let folder = await failure { _ = try fixture.resume("run") }
        #expect(folder?.message.contains("cannot read \(file): is a directory") == true, "\(folder?.message ?? "")")
    }

    @Test func `A checkpoint that cannot be written leaves the one before`() async throws {
        let fixture = try Fixture()
        try await fixture.draw(characters: 13, images: 6)
        let run = try fixture.run(fixture.episodes(epochs: 2, steps: 2), in: "run")
        let path = fixture.file("run", "last.safetensors")
        // A folder in the file's place makes the rename fail, as a full disk makes the write fail.
        try FileManager.default.createDirectory(atPath: path + "/in the way", withIntermediateDirectories: true)
        let error = await failure { _ = try await run.epochs() }
        #expect(error?.code == .storage && error?.message.contains(path) == true)
    }
}
