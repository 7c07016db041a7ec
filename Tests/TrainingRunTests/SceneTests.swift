import Backbones
import Detection
import Foundation
import Imaging
import NeuralNetwork
import Randomness
import Testing

@testable import Training

/// The pictures that a detector trains on, and what its maps should hold.
@Suite struct SceneTests {
    private func pictures(
        _ fixture: Fixture, _ change: (inout DetectionSettings) -> Void = { _ in }
    ) async throws -> DetectionPictures {
        try await fixture.drawDetection()
        let configuration = fixture.detection(epochs: 1, steps: 1, change)
        guard case .detection(let settings) = configuration.objective else { preconditionFailure() }
        return try DetectionPictures(configuration, settings) { _, _ in }
    }

    @Test func `a third is held out, and kinds that only train never are`() async throws {
        let pictures = try await pictures(try Fixture())
        #expect(pictures.composites.count == 3)
        #expect(pictures.real.entries.allSatisfy { !$0.isHeldOut && $0.kind == "pic" })
        #expect(pictures.validation.entries.allSatisfy { $0.isHeldOut && $0.kind != "comp" })
        #expect(pictures.real.count + pictures.faceless.count + pictures.validation.count == 9 + 12)
        #expect(pictures.backgrounds.count == pictures.faceless.count)
    }

    @Test(arguments: 0..<4) func `each way of making pictures follows the seed and keeps boxes inside`(way: Int)
        async throws
    {
        let fixture = try Fixture()
        let pictures = try await pictures(fixture)
        var settings = DetectionSettings()
        (settings.mix.real, settings.mix.composites, settings.mix.pasted, settings.mix.faceless) = (0, 0, 0, 0)
        switch way {
        case 0: settings.mix.real = 1
        case 1: settings.mix.composites = 1
        case 2: settings.mix.pasted = 1
        default: settings.mix.faceless = 1
        }
        let maker = SceneMaker(pictures: pictures, settings: settings, size: 96)
        var faces = 0
        for seed in 0..<30 {
            var (random, same) = (SplitMix64(seed: UInt64(seed)), SplitMix64(seed: UInt64(seed)))
            let scene = try maker.scene(using: &random)
            let again = try maker.scene(using: &same)
            #expect(scene.image == again.image && scene.faces.map(\.box) == again.faces.map(\.box))
            #expect((scene.image.width, scene.image.height) == (96, 96))
            faces += scene.faces.count
            for face in scene.faces {
                #expect(face.box.left >= 0 && face.box.top >= 0 && face.box.right <= 96 && face.box.bottom <= 96)
                #expect(face.box.side >= 10)
                #expect(face.isExact == (way < 2))
            }
        }
        #expect(way == 3 ? faces == 0 : faces > 10)
    }

    @Test func `a labeler gives pasted crops their boxes, where it is certain`() async throws {
        let fixture = try Fixture()
        let file = "\(fixture.path)/labeler.safetensors"
        // Weights of zero find the same face in every cell: the picture's middle keeps one of them.
        let weights = FaceDetectorNetwork.initialWeights(seed: 1).merging([
            "head.out.weight": Tensor(shape: [5, 64, 1, 1], values: [Float](repeating: 0, count: 320)),
            "head.out.bias": Tensor(shape: [5], values: [3, 5, 5, 5, 5]),
        ]) { $1 }
        try DetectorModel(weights: weights, longSide: 64, threshold: 0.5).file(notes: [:])
            .write(to: URL(filePath: file))
        let labeler = try CropLabeler(file: file)
        let crop = Image(width: 40, height: 50, color: (200, 100, 90))
        // All faces are as large as the picture, so they are one, and the crop is all face.
        #expect(labeler.box(of: crop) == BoxEdges(left: 0, top: 0, right: 40, bottom: 50))
        let pictures = try await pictures(fixture) { $0.labeler = file }
        var settings = DetectionSettings()
        (settings.mix.real, settings.mix.composites, settings.mix.pasted, settings.mix.faceless) = (0, 0, 1, 0)
        let maker = SceneMaker(pictures: pictures, settings: settings, size: 96)
        var random = SplitMix64(seed: 4)
        let faces = try (0..<10).flatMap { _ in try maker.scene(using: &random).faces }
        #expect(faces.count > 5 && faces.allSatisfy(\.isExact))
        #expect(throws: TrainingError.self) { try CropLabeler(file: "\(fixture.path)/gone") }
        #expect {
            try CropLabeler(file: "\(fixture.path)/faces/boxes.json")
        } throws: { "\($0)".contains("boxes.json") }
    }

    @Test func `places that may hold a face or not move with their picture`() async throws {
        let fixture = try Fixture()
        try await fixture.drawDetection()
        let boxes = try JSONDecoder().decode(
            [String: [[Double]]].self, from: Data(contentsOf: URL(filePath: "\(fixture.path)/faces/boxes.json")))
        // The faces themselves are uncertain too, so each face in a scene has a place around it.
        try JSONEncoder().encode(boxes).write(to: URL(filePath: "\(fixture.path)/faces/ignored.json"))
        let configuration = fixture.detection(epochs: 1, steps: 1)
        let pictures = try DetectionPictures(configuration, DetectionSettings()) { _, _ in }
        var settings = DetectionSettings()
        (settings.mix.real, settings.mix.composites, settings.mix.pasted, settings.mix.faceless) = (1, 0, 0, 0)
        let maker = SceneMaker(pictures: pictures, settings: settings, size: 96)
        var random = SplitMix64(seed: 4)
        for _ in 0..<10 {
            let scene = try maker.scene(using: &random)
            for face in scene.faces { #expect(scene.ignored.contains(face.box)) }
        }
    }

    @Test func `a face that is mostly cut off is ignored`() {
        var scene = DetectionScene(image: Image(width: 100, height: 100, color: (0, 0, 0)))
        scene.add(BoxEdges(left: -20, top: 10, right: 20, bottom: 50), isExact: true)
        scene.add(BoxEdges(left: -24, top: 60, right: 16, bottom: 100), isExact: true)
        scene.add(BoxEdges(left: 200, top: 0, right: 240, bottom: 40), isExact: true)
        scene.add(BoxEdges(left: 50, top: 50, right: 58, bottom: 58), isExact: true)
        #expect(scene.faces.map(\.box) == [BoxEdges(left: 0, top: 10, right: 20, bottom: 50)])
        #expect(scene.ignored.count == 2)
    }

    @Test func `targets stand at the center on the level of the face's size`() throws {
        var scene = DetectionScene(image: Image(width: 128, height: 128, color: (0, 0, 0)))
        // 24 pixels around (44, 60): cell (5, 7) of the finest level.
        scene.add(BoxEdges(left: 32, top: 48, right: 56, bottom: 72), isExact: true)
        // 80 pixels around (80, 88): cell (5, 5) of the middle level; not exact.
        scene.add(BoxEdges(left: 40, top: 48, right: 120, bottom: 128), isExact: false)
        scene.ignored.append(BoxEdges(left: 0, top: 0, right: 16, bottom: 16))
        let targets = CenterTargets(scene, size: 128)
        #expect(targets.peaks.map(\.count) == [256, 64, 16])
        #expect(targets.peaks[0][7 * 16 + 5] == 1 && targets.peaks[1][5 * 8 + 5] == 1)
        #expect(targets.peaks[0][7 * 16 + 6] > 0 && targets.peaks[0][7 * 16 + 6] < 1)
        #expect(targets.peaks[0][0] == -1 && targets.peaks[0][17] == -1 && targets.peaks[0][2] == 0)
        #expect(targets.peaks[2].allSatisfy { $0 <= 0 })
        #expect(Set(targets.centers.map { [$0.level, $0.cell] }) == [[0, 7 * 16 + 5], [1, 5 * 8 + 5]])
        #expect(targets.cells.allSatisfy { $0.level == 0 })
        let center = try #require(targets.cells.first { $0.isCenter })
        // The cell's center is (44, 60).
        #expect(center.distances == SIMD4(1.5, 1.5, 1.5, 1.5) && center.weight == 1)
    }

    @Test func `the loss is lowest where the maps hold the targets`() {
        var scene = DetectionScene(image: Image(width: 64, height: 64, color: (0, 0, 0)))
        scene.add(BoxEdges(left: 16, top: 16, right: 48, bottom: 40), isExact: true)
        let targets = CenterTargets(scene, size: 64)
        var maps = targets.peaks.map { peaks in
            peaks.flatMap { [$0 == 1 ? Float(12) : -12, 0, 0, 0, 0] }
        }
        for cell in targets.cells {
            for edge in 0..<4 { maps[cell.level][cell.cell * 5 + 1 + edge] = Float(log(cell.distances[edge])) }
        }
        let best = DetectionLoss.evaluate(maps, [targets], boxWeight: 2)
        #expect(best.loss < 1e-6 && best.correct == 1 && best.faces == 1)
        // The gradient is the slope.
        var moved = maps.map { $0.enumerated().map { $1 / 6 + Float($0 % 7) * 0.1 - 0.2 } }
        let result = DetectionLoss.evaluate(moved, [targets], boxWeight: 2)
        for (level, cell) in [(0, 0), (0, 3 * 8 + 4), (1, 5), (2, 3)] {
            for channel in 0..<5 {
                let place = cell * 5 + channel
                let before = moved[level][place]
                moved[level][place] = before + 0.01
                let up = DetectionLoss.evaluate(moved, [targets], boxWeight: 2).loss
                moved[level][place] = before - 0.01
                let down = DetectionLoss.evaluate(moved, [targets], boxWeight: 2).loss
                moved[level][place] = before
                #expect(abs(Double(result.gradients[level][place]) - (up - down) / 0.02) < 2e-3)
            }
        }
    }
}
