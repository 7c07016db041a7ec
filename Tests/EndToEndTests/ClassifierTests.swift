import API
import Backbones
import Client
import Embedding
import Foundation
import NeuralNetwork
import Testing

/// Trained classifiers with the real programs, but for the one that trains.
@Suite(.serialized) struct ClassifierTests {
    /// A small classifier that takes everything for its second class.
    private static func file(_ classes: [String], in daemon: TestDaemon) throws -> String {
        let backbone = try Catalogue.backbone("mobilenetv2")
        let weights = backbone.graph(32).initialWeights(seed: 1)
        let width = try Model(Model.file(backbone, weights: weights, inputSize: 32, notes: [:])).dimensions
        let zeros = Tensor(
            shape: [classes.count, width], values: [Float](repeating: 0, count: classes.count * width))
        let bias = classes.indices.map { Float($0 == 1 ? 3 : 0) }
        let file = try TrainedClassifier.file(
            backbone, weights: weights, inputSize: 32,
            classifier: [
                "classifier.weight": zeros, "classifier.bias": Tensor(shape: [classes.count], values: bias),
                "classifier.means": zeros,
            ], classes: classes, temperature: 1, radius: 2, notes: [:])
        let path = daemon.home + "/classifier.safetensors"
        try file.write(to: URL(filePath: path))
        return path
    }

    /// Three characters, two of them with more than five pictures.
    private static func started() throws -> TestDaemon {
        let daemon = try TestDaemon()
        try daemon.start()
        for name in ["Iori Namisato", "Mei Kuroda"] {
            _ = try daemon.aniwho("enroll", name, "enroll/Iori Namisato", "ask/Iori Namisato")
        }
        _ = try daemon.aniwho("enroll", "Stranger", "strangers")
        return daemon
    }

    private struct Answer: Decodable { let character: String?, classifier: String?, head: String }

    @Test func `a file is imported, asked and forgotten`() throws {
        let daemon = try Self.started()
        let file = try Self.file(["Iori Namisato", "Stranger"], in: daemon)
        let refused = try daemon.aniwho("models", "import", file, "--name", "cast")
        #expect(refused.status == ExitCode.badInput.rawValue)
        #expect(refused.error.contains("this is a trained classifier; use `aniwho classifiers import`"))
        let model = TestDaemon.root + "/models/mobilenetv2.safetensors"
        #expect(try daemon.aniwho("classifiers", "import", model, "--name", "x").error.contains("aniwho models import"))

        let imported = try daemon.aniwho("classifiers", "import", file, "--name", "cast")
        #expect(imported.status == 0, "\(imported.error)")
        #expect(imported.out.contains("2 characters); ask it with: aniwho classify --classifier cast IMAGE"))
        let again = try daemon.aniwho("classifiers", "import", file, "--name", "other")
        #expect(again.status == ExitCode.conflict.rawValue && again.error.contains("already imported, as 'cast'"))
        #expect(try daemon.aniwho("classifiers", "list").out.contains(/cast +mobilenetv2 +2 +2\.000 +\d/))
        #expect(try daemon.aniwho("classifiers", "show", "cast").out.hasSuffix("\n  Iori Namisato\n  Stranger\n"))
        #expect(try daemon.aniwho("status").out.contains("\nclassifiers 1\n"))

        let table = try daemon.aniwho("classify", "--classifier", "cast", "ask/Iori Namisato", "strangers")
        #expect(table.status == 0 && table.out.components(separatedBy: "  Stranger  ").count == 6, "\(table.out)")
        // Once, not for every picture.
        #expect(
            table.error
                == "aniwho: warning: the classifier was not trained on 1 character and never names them: Mei Kuroda\n")
        let json = try daemon.aniwho("classify", "--classifier", "cast", "strangers", "--json")
        let answers = try JSONDecoder().decode([Answer].self, from: Data(json.out.utf8))
        #expect(answers.count == 2 && json.error == table.error)
        #expect(answers.allSatisfy { $0.character == "Stranger" && $0.classifier == "cast" && $0.head == "dense" })

        #expect(try daemon.aniwho("classifiers", "remove", "cast").out == "removed cast\n")
        let gone = try daemon.aniwho("classify", "--classifier", "cast", "strangers")
        #expect(gone.status == ExitCode.notFound.rawValue)
        #expect(gone.error == "aniwho: there is no classifier named 'cast'\n")
    }

    @Test func `the registry's pictures are trained on, over a killed daemon`() throws {
        let daemon = try Self.started()
        let file = try Self.file(["Iori Namisato", "Mei Kuroda"], in: daemon)
        let train = try daemon.aniwho(
            "train", "ours", "--", "--model", file, "--steps", "40", "--pause", "0.05")
        #expect(train.status == 0 && train.out.contains("job 1 makes the classifier ours; watch it with"))
        #expect(
            train.error == "aniwho: warning: left out, with fewer than 6 pictures: Stranger (2)\n")
        let folder = try daemon.client.call(ShowJob.self, IdentifiedRequest(id: 1)).folder
        _ = try daemon.aniwho(["jobs", "watch", "1"], interruptedAt: "\"step\":3,")
        _ = daemon.stop(SIGKILL)
        #expect(FileManager.default.fileExists(atPath: folder + "/pictures/enrolled.json"))
        try daemon.start()
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0 && watch.out.contains("\"resumed\":true") && watch.out.contains("\"files\":16"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/pictures"))
        let shown = try daemon.aniwho("jobs", "show", "1").out
        #expect(shown.contains(", on the enrolled pictures\n") && shown.contains("\nclassifier ours, identity "))
        #expect(shown.hasSuffix("\nwarning   left out, with fewer than 6 pictures: Stranger (2)\n"))
        let answer = try daemon.aniwho("classify", "--classifier", "ours", "strangers/1.png")
        #expect(answer.out.contains("  Mei Kuroda  ") && answer.error.contains("never names them: Stranger"))
        #expect(try daemon.client.entries(ListModels.self).map(\.name) == ["mobilenetv2"])
    }

    @Test func `too little to train on, and wrong words, are errors with advice`() throws {
        let daemon = try Self.started()
        _ = try daemon.aniwho("characters", "remove", "Mei Kuroda")
        let few = try daemon.aniwho("train", "x")
        #expect(few.status == ExitCode.conflict.rawValue && few.error.contains("of 2 enrolled, 1 has as many"))
        let bare = try daemon.aniwho("train")
        #expect(bare.status == ExitCode.usage.rawValue && bare.error.contains("NAME is missing"))
        let data = try daemon.aniwho("train", "x", "--", "--data", "enroll")
        #expect(data.status == ExitCode.usage.rawValue && data.error.contains("--data cannot be given"))
        let plain = try daemon.aniwho("jobs", "start", "transfer-train", "x", "--", "--data", "enroll")
        #expect(plain.status == 0 && plain.out.contains("job 1 makes the classifier x;"), "\(plain.error)")
    }
}
