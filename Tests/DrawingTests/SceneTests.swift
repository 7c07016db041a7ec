import Foundation
import Testing

@testable import Drawing

/// Pictures of several characters, whose faces' boxes are known.
@Suite struct SceneTests {
    private let folder = ScratchFolder()

    private func boxes(_ data: Data?) throws -> [String: [[Double]]] {
        try JSONDecoder().decode([String: [[Double]]].self, from: data ?? Data())
    }

    @Test func `a folder has scenes and boxes, the same for the same seed`() async throws {
        var options = SampleOptions(output: "\(folder.path)/first", characters: 0, images: 0)
        (options.scenes, options.size, options.seed) = (6, 48, 4)
        try await SampleSet(options).write()
        let files = try ScratchFolder.files(in: options.output)
        let names = (1...6).map { "scene_\($0).png" }
        #expect(files.keys.sorted() == (names + ["boxes.json", "ignored.json"]).sorted())
        #expect(try boxes(files["boxes.json"]).keys.sorted() == names.sorted())
        options.output = "\(folder.path)/second"
        try await SampleSet(options).write()
        #expect(try ScratchFolder.files(in: options.output) == files)
        #expect(Set(names.map { files[$0] }).count == 6)
    }

    @Test func `boxes lie inside, at all sizes, and never in one another`() {
        var sides: [Double] = []
        var counts: Set<Int> = []
        for number in 0..<200 {
            let scene = Scene(seed: 9, number: number)
            let boxes = scene.boxes(size: 100)
            counts.insert(boxes.count)
            for (index, box) in (boxes + scene.mostlyHidden(size: 100)).enumerated() {
                #expect(box.count == 4 && box[0] < box[2] && box[1] < box[3])
                #expect(box.allSatisfy { (0...100).contains($0) })
                guard index < boxes.count else { continue }
                sides.append(max(box[2] - box[0], box[3] - box[1]))
                for other in boxes[..<index] {
                    let across = min(box[2], other[2]) - max(box[0], other[0])
                    let down = min(box[3], other[3]) - max(box[1], other[1])
                    #expect(across <= 0 || down <= 0)
                }
            }
        }
        #expect(counts.isSuperset(of: [1, 2, 3]))
        #expect(sides.min()! < 6 && sides.max()! > 50)
    }

    @Test func `a face is where its box is`() throws {
        let size = 96
        var found = 0
        for number in 0..<12 {
            let scene = Scene(seed: 3, number: number)
            let drawn = try scene.rendered(size: size)
            // The same background, light and grain, without anybody.
            let empty = try Scene(figures: [], portrait: scene.portrait).rendered(size: size)
            for box in scene.boxes(size: size) where box[2] - box[0] > 16 {
                var (changed, all) = (0, 0)
                for y in Int(box[1])..<Int(box[3]) {
                    for x in Int(box[0])..<Int(box[2]) {
                        let place = (y * size + x) * 3
                        all += 1
                        changed += drawn.pixels[place..<place + 3] == empty.pixels[place..<place + 3] ? 0 : 1
                    }
                }
                #expect(Double(changed) > 0.85 * Double(all), "scene \(number)")
                found += 1
            }
        }
        #expect(found > 3)
    }
}
