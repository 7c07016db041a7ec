import Backbones
import Detection
import Foundation
import NeuralNetwork
import Testing

/// `aniwho detect` and `aniwho evaluate-detector`, with a detector of random weights: it finds much, though hardly faces.
struct DetectTests {
    /// Writes a detector's file.
    private func detector(_ daemon: TestDaemon) throws -> String {
        let path = daemon.home + "/detector.safetensors"
        let weights = FaceDetectorNetwork.initialWeights(seed: 3)
            .merging(["head.out.bias": Tensor(shape: [5], values: [0, 1, 1, 1, 1])]) { $1 }
        let model = DetectorModel(weights: weights, longSide: 64, threshold: 0.02)
        try model.file(notes: [:]).write(to: URL(filePath: path))
        return path
    }

    private struct Report: Decodable {
        struct Face: Decodable {
            let box: [Int]
            let score: Double
        }

        let image: String
        let width, height: Int
        let faces: [Face]
    }

    @Test func `detect prints, crops and draws`() throws {
        let daemon = try TestDaemon()
        let model = try detector(daemon)
        let (crops, drawn) = (daemon.home + "/crops", daemon.home + "/drawn")
        let output = try daemon.aniwho(
            "detect", "strangers", "--model", model, "--crop-to", crops, "--draw", drawn, "--json")
        #expect(output.status == 0, "\(output.error)")
        let reports = try JSONDecoder().decode([Report].self, from: Data(output.out.utf8))
        #expect(reports.map(\.image) == ["strangers/1.png", "strangers/2.png"])
        for report in reports {
            let areas = report.faces.map { $0.box[2] * $0.box[3] }
            #expect(areas == areas.sorted(by: >))
            #expect(
                report.faces.allSatisfy {
                    $0.box.count == 4 && $0.box[0] + $0.box[2] <= report.width
                        && $0.box[1] + $0.box[3] <= report.height && (0.02...1).contains($0.score)
                })
        }
        #expect(reports.contains { !$0.faces.isEmpty })
        let written = try FileManager.default.contentsOfDirectory(atPath: crops).sorted()
        let expected = reports.enumerated().flatMap { place, report in
            report.faces.indices.map { "\(place + 1)-\($0 + 1).png" }
        }
        #expect(written == expected.sorted())
        #expect(try FileManager.default.contentsOfDirectory(atPath: drawn).sorted() == ["1.png", "2.png"])
        let table = try daemon.aniwho("detect", "strangers/1.png", "--model", model, "--threshold", "0.99").out
        #expect(table.hasPrefix("picture") && table.contains("strangers/1.png  none"))
    }

    @Test func `boxes are written as training takes them, and never over others`() throws {
        let daemon = try TestDaemon()
        let model = try detector(daemon)
        let folder = daemon.home + "/labels"
        let arguments = ["detect", "strangers", "--model", model, "--threshold", "0.5", "--boxes-to", folder, "--json"]
        let output = try daemon.aniwho(arguments)
        #expect(output.status == 0, "\(output.error)")
        let reports = try JSONDecoder().decode([Report].self, from: Data(output.out.utf8))
        func list(_ name: String) throws -> [String: [[Double]]] {
            try JSONDecoder().decode(
                [String: [[Double]]].self, from: Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
        }
        let boxes = try list("boxes.json")
        #expect(Set(boxes.keys) == ["1.png", "2.png"])
        for report in reports {
            let expected = report.faces.map { face in
                let box = face.box.map { Double($0) }
                return [box[0], box[1], box[0] + box[2], box[1] + box[3]]
            }
            #expect(boxes[URL(filePath: report.image).lastPathComponent] == expected)
        }
        #expect(try list("ignored.json").values.contains { !$0.isEmpty })
        let again = try daemon.aniwho(arguments)
        #expect(again.status != 0 && again.error.contains("boxes.json is there already"))
        let twice = try daemon.aniwho(
            "detect", "strangers/1.png", "strangers/1.png", "--model", model, "--boxes-to", folder + "2")
        #expect(twice.status != 0 && twice.error.contains("two pictures are named 1.png"))
        #expect(!FileManager.default.fileExists(atPath: folder + "2/boxes.json"))
    }

    @Test func `what is wrong is named, and the other pictures are looked at`() throws {
        let daemon = try TestDaemon()
        let model = try detector(daemon)
        let broken = daemon.home + "/broken.png"
        try Data("no picture".utf8).write(to: URL(filePath: broken))
        let mixed = try daemon.aniwho("detect", broken, "strangers/1.png", "--model", model, "--json")
        #expect(mixed.status != 0 && mixed.error.contains("broken.png"))
        #expect(try JSONDecoder().decode([Report].self, from: Data(mixed.out.utf8)).map(\.image) == ["strangers/1.png"])
        #expect(try daemon.aniwho("detect", "none.png", "--model", model).error.contains("there is no file none.png"))
        #expect(
            try daemon.aniwho("detect", "strangers", "--model", "nothing").error.contains(
                "there is no detector nothing"))
        let other = try daemon.aniwho("detect", "strangers", "--model", "mobilenetv2")
        #expect(other.error.contains("the architecture mobilenetv2, not a face detector"))
        #expect(try daemon.aniwho("detect", "--model", model).status == 2)
    }

    @Test func `a detector is measured by kind`() throws {
        let daemon = try TestDaemon()
        let model = try detector(daemon)
        let output = try daemon.aniwho("evaluate-detector", "--data", "strangers", "--model", model, "--json")
        #expect(output.status == 0, "\(output.error)")
        let reports = try #require(try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [[String: Any]])
        #expect(reports.map { $0["kind"] as? String } == ["all", "1", "2"])
        #expect(reports[0]["faceless_pictures"] as? Int == 2 && (reports[0]["f1"] ?? NSNull()) is NSNull)
        #expect(reports[0]["false_boxes"] is [String: Any])
        #expect(try daemon.aniwho("evaluate-detector", "--data", "gone", "--model", model).error.contains("gone"))
    }
}
