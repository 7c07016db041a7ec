import Foundation
import Testing

@testable import Drawing

/// The same seed draws the same bytes, everywhere and in any order.
@Suite struct DeterminismTests {
    private let folder = ScratchFolder()

    private func draw(_ name: String, seed: UInt64, characters: Int = 3, images: Int = 2) async throws -> [String: Data]
    {
        var options = SampleOptions(output: "\(folder.path)/\(name)", characters: characters, images: images)
        (options.seed, options.ask, options.strangers, options.size) = (seed, 1, 1, 32)
        try await SampleSet(options).write()
        return try ScratchFolder.files(in: options.output)
    }

    @Test func `a seed gives the same bytes again`() async throws {
        let first = try await draw("first", seed: 7)
        #expect(try await draw("second", seed: 7) == first)
        #expect(first.count == 10)
    }

    @Test func `another seed gives other characters`() async throws {
        let (first, second) = (try await draw("first", seed: 7), try await draw("second", seed: 8))
        #expect(Set(first.keys).subtracting(["strangers/1.png"]).isDisjoint(with: second.keys))
        #expect(Set(first.values).isDisjoint(with: second.values))
    }

    @Test func `no picture is there twice`() async throws {
        let pictures = try await draw("all", seed: 3, characters: 12, images: 5)
        #expect(pictures.count == 73)
        #expect(Set(pictures.values).count == pictures.count)
    }

    /// More characters are drawn beside the first ones, not instead of them.
    @Test func `a larger set holds the smaller one`() async throws {
        let small = try await draw("small", seed: 5).filter { !$0.key.hasPrefix("strangers") }
        let large = try await draw("large", seed: 5, characters: 6)
        for (name, bytes) in small { #expect(large[name] == bytes, "\(name)") }
    }

    /// A character keeps its design in every picture, what depicts it changes.
    @Test func `a character is one design in many depictions`() {
        let portraits = (0..<5).map { Portrait(seed: 6, index: 2, image: $0) }
        #expect(portraits.allSatisfy { $0.design == portraits[0].design })
        #expect(portraits[0].design != Portrait(seed: 6, index: 3, image: 0).design)
        let pixels = portraits.compactMap { try? $0.rendered(size: 48).pixels }
        #expect(Set(pixels).count == 5)
    }

    /// What lies in `samples/` is what `scripts/samples` draws, to the byte.
    @Test func `the samples are drawn again to the byte`() async throws {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let script = try String(contentsOf: checkout.appending(path: "scripts/samples"), encoding: .utf8)
        let line = try #require(script.split(separator: "\n").first { $0.contains("/SampleGenerator\" samples ") })
        let words = line.split(separator: " ").dropFirst().map(String.init)
        var options = try SampleOptions(arguments: words)
        options.output = folder.path + "/samples"
        try await SampleSet(options).write()
        let drawn = try ScratchFolder.files(in: options.output)
        let kept = try ScratchFolder.files(in: checkout.appending(path: "samples").path).filter {
            $0.key.hasSuffix(".png") && $0.key != "scene.png"
        }
        #expect(drawn.keys.sorted() == kept.keys.sorted())
        let each = options.images + options.ask
        let wanted = options.characters * each + options.strangers
        #expect(drawn.count == wanted)
        let different = drawn.keys.filter { drawn[$0] != kept[$0] }
        #expect(different.isEmpty, "\(different.count) differ, such as \(different.min() ?? "")")
        // Of the scenes that the script draws, the last one is kept.
        let number = try #require(script.firstMatch(of: /--scenes ([0-9]+) --characters 12 --seed 6 --size 512/)?.1)
        let index = try #require(Int(number)) - 1
        let scene = Scene(seed: options.seed, number: index, cast: options.characters)
        try scene.rendered(size: 512).writePNG(to: folder.path + "/scene.png")
        let all = try ScratchFolder.files(in: checkout.appending(path: "samples").path)
        #expect(try all["scene.png"] == Data(contentsOf: URL(filePath: folder.path + "/scene.png")))
    }
}
