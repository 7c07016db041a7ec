import FewShot
import Foundation
import Testing

/// Splits share no class, and no source picture.
@Suite final class SplitTests {
    private let root = NSTemporaryDirectory() + "aniwho-split-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func classes(_ count: Int, images: Int) -> ClassFolders {
        ClassFolders(
            classes: (0..<count).map { label in
                .init(name: "c\(label)", images: (0..<images).map { "/d/c\(label)/\($0).png" })
            })
    }

    @Test func `a class split has the sizes asked for, shares no class and follows the seed`() throws {
        let data = classes(130, images: 3)
        let split = try ClassSplit(data, training: 90, validation: 20, test: 20, seed: 1)
        let parts = [split.training, split.validation, split.test].map { Set($0.classes.map(\.name)) }
        #expect(parts.map(\.count) == [90, 20, 20])
        #expect(parts.reduce(Set()) { $0.union($1) }.count == 130)
        #expect(try split == ClassSplit(data, training: 90, validation: 20, test: 20, seed: 1))
        #expect(try split != ClassSplit(data, training: 90, validation: 20, test: 20, seed: 2))
        let error = #expect(throws: DataSetError.self) {
            try ClassSplit(data, training: 100, validation: 20, test: 20, seed: 1)
        }
        #expect(error?.message == "a split of 100/20/20 needs 140 classes; the data has 130")
    }

    @Test func `validation classes are left out of training by name`() throws {
        let data = classes(5, images: 2)
        let held = ClassFolders(classes: [.init(name: "c3", images: ["/elsewhere/c3/0.png"])])
        let split = try ClassSplit(data, validation: held)
        #expect(split.training.classes.map(\.name) == ["c0", "c1", "c2", "c4"])
        #expect(split.validation == held)
        #expect(throws: DataSetError.self) { try ClassSplit(data, validation: data) }
    }

    @Test func `crops of one source picture never stand on both sides, even across classes`() throws {
        let data = classes(6, images: 40)
        var sources: [String: String] = [:]
        for label in 0..<6 {
            for image in 0..<40 {
                // Three crops of one class to a picture; every tenth picture shows the next class, too.
                let picture = image / 3
                sources["c\(label)/\(image).png"] =
                    picture % 10 == 0 ? "both\(label / 2)-\(picture)" : "\(label)-\(picture)"
            }
        }
        try JSONEncoder().encode(sources).write(to: URL(filePath: root + "/sources.json"))
        let shares = [0.72, 0.18, 0.1]
        let split = ImageSplit(data, shares: shares, sources: try ImageSources(path: root + "/sources.json"), seed: 4)
        var seen: [String: Int] = [:]
        for (part, folders) in split.parts.enumerated() {
            for path in folders.classes.flatMap(\.images) {
                let source = try #require(sources[path.split(separator: "/").suffix(2).joined(separator: "/")])
                #expect(seen[source, default: part] == part, "\(source) stands in two parts")
                seen[source] = part
            }
        }
        #expect(split.parts.reduce(0) { $0 + $1.imageCount } == 240)
        for (part, share) in zip(split.parts, shares) {
            #expect(abs(Double(part.imageCount) / 240 - share) < 0.05)
            #expect(part.classes.map(\.name) == data.classes.map(\.name))
        }
    }
}
