import Foundation
import Synchronization
import Testing

@testable import Drawing

/// Which files a sample set has, and what it refuses to do.
@Suite struct SampleSetTests {
    private let folder = ScratchFolder()

    private func options(_ name: String, characters: Int = 2, images: Int = 3) -> SampleOptions {
        SampleOptions(output: "\(folder.path)/\(name)", characters: characters, images: images)
    }

    /// Width and height of a PNG out of its first chunk.
    private func size(_ png: Data?) -> [Int] {
        guard let png, png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), png.count > 24 else {
            return []
        }
        return [16, 20].map { start in png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    @Test func `a plain set is one folder a character`() async throws {
        try await SampleSet(options("plain")).write()
        let files = try ScratchFolder.files(in: folder.path + "/plain")
        let names = (0..<2).map { CharacterName.name(seed: 1, index: $0) }
        #expect(Set(files.keys) == Set(names.flatMap { name in (1...3).map { "\(name)/\($0).png" } }))
        #expect(files.values.allSatisfy { size($0) == [128, 128] })
    }

    @Test func `with questions and strangers there are three folders`() async throws {
        var options = options("split", images: 1)
        (options.ask, options.strangers, options.size) = (2, 3, 40)
        let heard = Mutex<[String]>([])
        try await SampleSet(options).write { name in heard.withLock { $0.append(name) } }
        let files = try ScratchFolder.files(in: options.output)
        let names = (0..<2).map { CharacterName.name(seed: 1, index: $0) }
        let expected =
            names.flatMap { ["enroll/\($0)/1.png", "ask/\($0)/1.png", "ask/\($0)/2.png"] }
            + (1...3).map { "strangers/\($0).png" }
        #expect(files.keys.sorted() == expected.sorted())
        #expect(files.values.allSatisfy { size($0) == [40, 40] })
        #expect(heard.withLock(\.self).sorted() == names.sorted())
    }

    private func refusal(_ options: SampleOptions) async -> SampleError? {
        await #expect(throws: SampleError.self) { try await SampleSet(options).write() }
    }

    @Test func `a folder that holds something is left alone`() async throws {
        let options = options("full", characters: 1, images: 1)
        let note = options.output + "/note.txt"
        try FileManager.default.createDirectory(atPath: options.output, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(filePath: note))
        let error = await refusal(options)
        #expect(error?.code == .outputNotEmpty && error?.message.contains("--force") == true)
        #expect(try ScratchFolder.files(in: options.output).keys.sorted() == ["note.txt"])
        var forced = options
        forced.force = true
        try await SampleSet(forced).write()
        let files = try ScratchFolder.files(in: options.output)
        #expect(files.count == 2 && files["note.txt"] == Data("mine".utf8))
    }

    @Test func `an empty folder may be there already`() async throws {
        let options = options("empty", characters: 1, images: 1)
        try FileManager.default.createDirectory(atPath: options.output, withIntermediateDirectories: true)
        try await SampleSet(options).write()
        #expect(try ScratchFolder.files(in: options.output).count == 1)
    }

    @Test func `a file is no folder to write into`() async throws {
        let file = folder.path + "/file"
        try Data([1]).write(to: URL(filePath: file))
        for path in ["file", "file/below"] {
            var options = options(path, characters: 1, images: 1)
            options.force = true
            let error = await refusal(options)
            #expect(error?.code == .unwritable && error?.message.contains(options.output) == true)
        }
        #expect(try Data(contentsOf: URL(filePath: file)) == Data([1]))
    }

    @Test func `names are unique, and good names of folders`() {
        for seed: UInt64 in [0, 1, 6, .max] {
            let names = (0..<CharacterName.distinct + 50).map { CharacterName.name(seed: seed, index: $0) }
            #expect(Set(names).count == names.count)
            #expect(
                names.allSatisfy {
                    $0.utf8.allSatisfy { $0 == 32 || (65...90).contains($0) || (97...122).contains($0) }
                })
            #expect(names[CharacterName.distinct] == names[0] + " II")
        }
    }
}
