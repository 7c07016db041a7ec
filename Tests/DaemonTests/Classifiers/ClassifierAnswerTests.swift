import API
import Embedding
import Foundation
import Registry
import Testing

@testable import Daemon

/// Trained classifiers that answer beside the prototypes.
@Suite(.serialized) struct ClassifierAnswerTests {
    private static func asked() throws -> [FilePart] {
        try ["strangers/1.png", "strangers/2.png"].map { FilePart(name: $0, bytes: try Samples.picture($0)) }
    }

    private func ask(_ fixture: DaemonFixture, _ name: String, top: Int? = nil) async throws -> ClassifyImages.Response
    {
        try await ClassifyImages.answer(
            .init(top: top, classifier: name, files: try Self.asked()), fixture.services)
    }

    private func code(_ work: () async throws -> Void) async -> ErrorCode? {
        do { try await work() } catch { return APIError(describing: error).code }
        return nil
    }

    @Test func `a classifier answers as it does without the daemon, the likeliest first`() async throws {
        let fixture = try await DaemonFixture()
        let classes = (1...7).map { "character \($0)" }
        let bytes = try TestClassifier.file(classes, temperature: 0.05, radius: 100)
        try await fixture.addClassifier("Cast", bytes)
        let response = try await ask(fixture, "Cast")
        #expect(response.classifier == "Cast" && response.model == "Cast" && response.head == "dense")
        for (file, result) in zip(try Self.asked(), response.results) {
            let answer = try TestClassifier.answer(bytes, file.bytes)
            let order = classes.indices.sorted { answer.probabilities[$0] > answer.probabilities[$1] }
            #expect(result.image == file.name && !result.unknown && result.character == classes[order[0]])
            #expect(result.candidates.map(\.character) == order.prefix(5).map { classes[$0] })
            for (candidate, index) in zip(result.candidates, order) {
                #expect(abs(candidate.probability - Double(answer.probabilities[index])) < 1e-5)
                #expect(abs(candidate.distance - Double(answer.distances[index])) < 1e-5)
            }
            let nearest = try #require(answer.distances.min())
            #expect(abs((result.meanDistance ?? 0) - Double(nearest)) < 1e-5 && result.radius == 100)
        }
        #expect(try await ask(fixture, "Cast", top: 9).results[0].candidates.count == 7)
    }

    /// The logits are 2·ln 3, 0 and 0, and the temperature is 2: 3 to 1 to 1.
    @Test func `probabilities are at the classifier's temperature`() async throws {
        let fixture = try await DaemonFixture()
        let bias: [Float] = [0, 2 * log(Float(3)), 0]
        try await fixture.addClassifier("Cast", TestClassifier.file(["a", "b", "c"], bias: bias, temperature: 2))
        let result = try await ask(fixture, "Cast").results[0]
        #expect(result.candidates.map(\.character) == ["b", "a", "c"] && result.radius == nil && !result.unknown)
        for (candidate, probability) in zip(result.candidates, [0.6, 0.2, 0.2]) {
            #expect(abs(candidate.probability - probability) < 1e-5)
        }
    }

    /// The radius lies between the two pictures' distances: the nearest mean decides, however sure the softmax is.
    @Test func `beyond the radius the answer is unknown`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("open", TestClassifier.file(["a", "b"], bias: [9, 0]))
        let distances = try await ask(fixture, "open").results.map { try #require($0.meanDistance) }
        let radius = Float((distances[0] + distances[1]) / 2)
        try await fixture.addClassifier("strict", TestClassifier.file(["a", "b"], bias: [9, 0], radius: radius))
        let results = try await ask(fixture, "strict").results
        for (result, distance) in zip(results, distances) {
            #expect(result.unknown == (distance > Double(radius)))
            #expect(result.character == (result.unknown ? nil : "a"))
            #expect(result.candidates.first?.character == "a" && result.meanDistance == distance)
        }
        #expect(results.count(where: \.unknown) == 1)
    }

    @Test func `characters it was not trained on are told, and those that are not enrolled`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("Cast", TestClassifier.file(["Rei", "gone"], bias: [0, 9]))
        // Nobody is enrolled: nothing to tell.
        var response = try await ask(fixture, "Cast")
        #expect(response.warnings.isEmpty && response.untrainedCharacters.isEmpty)
        for name in ["Shinji", "Rei", "Asuka"] { try await fixture.enroll(name, images: 2, seed: 1) }
        _ = try await fixture.registry.createCharacter(named: "bare")
        response = try await ask(fixture, "Cast")
        #expect(response.untrainedCharacters == ["Asuka", "Shinji"])
        #expect(
            response.warnings == [
                "the classifier was not trained on 2 characters and never names them: Asuka, Shinji",
                "the classifier also names 1 character not enrolled: gone",
            ])
        #expect(response.results.allSatisfy { $0.character == "gone" })
        for name in ["Shinji", "Asuka"] { _ = try await fixture.registry.removeCharacter(named: name) }
        _ = try await fixture.registry.renameCharacter("Rei", to: "gone")
        response = try await ask(fixture, "Cast")
        #expect(response.untrainedCharacters.isEmpty)
        #expect(response.warnings == ["the classifier also names 1 character not enrolled: Rei"])
        // The prototypes have nothing to warn of.
        let plain = try await ClassifyImages.answer(.init(files: try Self.asked()), fixture.services)
        #expect(plain.classifier == nil && plain.warnings.isEmpty && plain.head == "posterior")
    }

    @Test func `a sentence names twenty, the list all`() async throws {
        let names = (10..<35).map { "c\($0)" }
        let fixture = try await DaemonFixture()
        for name in names { try await fixture.enroll(name, images: 1, seed: 1) }
        let report = ClassifierCoverage(classes: ["c10", "c11"]).report(on: fixture.registry)
        #expect(report.untrained == Array(names.dropFirst(2)) && report.warnings.count == 1)
        #expect(report.warnings[0].hasSuffix("c30, c31 and 3 more"))
    }

    @Test func `bad pictures and names are refused as with the prototypes`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.addClassifier("Cast", TestClassifier.file(["a", "b"]))
        let bad = [FilePart(name: "x.png", bytes: Data("no picture".utf8))]
        #expect(
            await code { _ = try await ClassifyImages.answer(.init(classifier: "Cast", files: bad), fixture.services) }
                == .badImage)
        #expect(await code { _ = try await ask(fixture, "A") } == .classifierNotFound)
        #expect(await code { _ = try await ask(fixture, "") } == .invalidName)
    }

    @Test func `lists, shows and forgets`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        try await fixture.addClassifier("Cast", TestClassifier.file(["b", "a"], temperature: 1.5, radius: 0.5))
        try await fixture.addClassifier("Another", TestClassifier.file(["a", "b"]))
        let all = try await ListClassifiers.answer(.init(), services).classifiers
        #expect(all.map(\.name) == ["Another", "Cast"] && all[0].radius == nil && all[0].temperature == 1)
        let shown = try await ShowClassifier.answer(NamedRequest(name: "Cast"), services)
        #expect(shown == all[1] && shown.classes == ["b", "a"] && shown.temperature == 1.5 && shown.radius == 0.5)
        #expect(shown.architecture == "mobilenetv2" && shown.bytes > 0)
        #expect(try await GetStatus.answer(EmptyRequest(), services).classifiers == 2)
        #expect(try await FetchMetrics.answer(EmptyRequest(), services).text.contains("\naniwho_classifiers 2\n"))
        #expect(try await RemoveClassifier.answer(NamedRequest(name: "Cast"), services) == shown)
        #expect(try await ListClassifiers.answer(.init(), services).classifiers.map(\.name) == ["Another"])
    }

    @Test func `each kind of file is imported by its own command`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        let (model, classifier, garbage) = (fixture.path + "/A.safetensors", fixture.path + "/c", fixture.path + "/g")
        let file = try TestClassifier.file(["a", "b"])
        try file.write(to: URL(fileURLWithPath: classifier))
        try file.dropLast().write(to: URL(fileURLWithPath: garbage))
        func message(_ path: String, asClassifier: Bool) async throws -> String {
            let error = await #expect(throws: APIError.self) {
                if asClassifier {
                    _ = try await ImportClassifier.answer(.init(name: "N", file: path), services)
                } else {
                    _ = try await ImportModel.answer(.init(name: "N", file: path), services)
                }
            }
            return "\(error?.code.rawValue ?? "") \(error?.message ?? "")"
        }
        #expect(
            try await message(classifier, asClassifier: false)
                == "bad_model N: this is a trained classifier; use `aniwho classifiers import`")
        #expect(
            try await message(model, asClassifier: true)
                == "bad_model N: this is a model, which embeds pictures; use `aniwho models import`")
        #expect(try await message(garbage, asClassifier: true).hasPrefix("bad_model N: the tensors end at byte"))
        #expect(try await message(fixture.path + "/none", asClassifier: true).hasPrefix("file_not_found "))
        #expect(try await services.registry.classifiers().isEmpty)
        try await fixture.addClassifier("N", file)
        #expect(
            await code { try await fixture.addClassifier("N", try TestClassifier.file(["a", "b"], seed: 2)) }
                == .classifierExists)
        #expect(await code { try await fixture.addClassifier("M", file) } == .classifierExists)
    }
}
