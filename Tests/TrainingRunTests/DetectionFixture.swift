import Detection
import Foundation
import Imaging
import NeuralNetwork
import Randomness
import Training

extension Fixture {
    /// Draws pictures with boxes (`faces`), pictures without faces (`empty`), and face crops (`characters`).
    func drawDetection(pictures: Int = 12) async throws {
        try await draw(characters: 3, images: 3)
        let crops = try FileManager.default.subpathsOfDirectory(atPath: data).filter { $0.hasSuffix(".png") }.sorted()
        var random = SplitMix64(seed: 8)
        var boxes: [String: [[Double]]] = [:]
        for folder in ["faces", "empty"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for index in 0..<pictures {
            let color = UInt8(random.next() & 255)
            let blank = Image(width: 160, height: 130, color: (color, 255 - color, 90))
            let name = "\(index % 4 == 3 ? "comp" : "pic")_\(index).png"
            try Data(blank.encodePNG()).write(to: URL(filePath: "\(path)/empty/plain_\(index).png"))
            let bytes = try Data(contentsOf: URL(filePath: "\(data)/\(random.pick(crops))"))
            let (x, y) = (random.uniform(30, 130), random.uniform(30, 100))
            let picture = blank.pasting(
                try Image.decode([UInt8](bytes)).image,
                Placement(sourceX: 32, sourceY: 32, x: x, y: y, scale: 0.8))
            try Data(picture.encodePNG()).write(to: URL(filePath: "\(path)/faces/\(name)"))
            boxes[name] = [[x - 18, y - 16, x + 18, y + 20]]
        }
        try JSONEncoder().encode(boxes).write(to: URL(filePath: "\(path)/faces/boxes.json"))
    }

    /// A small detector's training on them.
    func detection(epochs: Int, steps: Int, _ change: (inout DetectionSettings) -> Void = { _ in })
        -> TrainingConfiguration
    {
        var settings = DetectionSettings()
        (settings.crops, settings.batch, settings.longSide, settings.frozenStages) = ([data], 2, 96, 0)
        change(&settings)
        return .detection(
            weights: nil, data: ["\(path)/faces", "\(path)/empty"], size: 64, settings: settings, epochs: epochs,
            steps: steps, descent: .init(learningRate: 0.02, momentum: 0.9, weightDecay: 1e-4, nesterov: false),
            schedule: .byEpoch(rate: .constant), seed: 3, threads: 1)
    }

    func detectionRun(_ configuration: TrainingConfiguration, in name: String) throws -> TrainingRun {
        try TrainingRun(configuration, in: try RunFolder(new: "\(path)/\(name)"))
    }
}
