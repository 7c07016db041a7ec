import API
import Client
import Foundation
import Geometry
import Testing

/// The frames of animations: who appears in them, each named once.
@Suite(.serialized) struct AnimationTests {
    /// An animated PNG whose frames are PNG files of one size and kind, half a second each.
    private static func animation(_ frames: [Data]) throws -> Data {
        var chunks = try frames.map(Self.chunks)
        let header = try #require(chunks[0].first { $0.name == "IHDR" }).body
        var number: UInt32 = 0
        func next() -> Data {
            defer { number += 1 }
            return big(number)
        }
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        file += chunk("IHDR", header)
        file += chunk("acTL", big(UInt32(frames.count)) + Data([0, 0, 0, 0]))
        for (index, frame) in chunks.enumerated() {
            var control = next()
            control += header.prefix(8)
            control += Data([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0])
            file += chunk("fcTL", control)
            for data in frame where data.name == "IDAT" {
                file += index == 0 ? chunk("IDAT", data.body) : chunk("fdAT", next() + data.body)
            }
        }
        chunks.removeAll()
        return file + chunk("IEND", Data())
    }

    private static func chunks(_ file: Data) throws -> [(name: String, body: Data)] {
        var (rest, chunks) = (file.dropFirst(8), [(name: String, body: Data)]())
        while rest.count >= 12 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let name = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            chunks.append((name, Data(rest.dropFirst(8).prefix(length))))
            rest = rest.dropFirst(12 + length)
        }
        return chunks
    }

    private static func big(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }

    private static func chunk(_ name: String, _ body: Data) -> Data {
        let checked = Data(name.utf8) + body
        var file = big(UInt32(body.count))
        file += checked
        file += big(checksum(checked))
        return file
    }

    /// CRC-32.
    private static func checksum(_ bytes: Data) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    private static func sample(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(TestDaemon.root)/samples/\(path)"))
    }

    @Test func `who appears in an animation is named once, also in a later frame`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("enroll", "--from-folders", "enroll").status == 0)
        let people = ["Iori Namisato", "Kirara Kusano"]
        let frames = try [(people[0], 1), (people[1], 1), (people[0], 2)].map { try Self.sample("ask/\($0)/\($1).png") }
        let path = daemon.home + "/two.png"
        try Self.animation(frames).write(to: URL(filePath: path))
        let answered = try daemon.aniwho("classify", "--json", path)
        #expect(answered.status == 0, "\(answered.error)")
        let answer = try #require(try JSON.decode([Classification].self, from: Data(answered.out.utf8)).first)
        #expect(answer.faces.compactMap(\.character).sorted() == people, "\(answered.out)")
        let times = answer.faces.compactMap(\.milliseconds)
        #expect(times.contains { $0 > 0 } && times.count == answer.faces.count, "\(times)")
        let shown = try daemon.aniwho("classify", path).out
        #expect(shown.contains(people[0]) && shown.contains(people[1]))
        // A still picture has no time, and the first frame alone counts where the request gives a box.
        let still = try daemon.client.call(
            ClassifyImages.self, .init(files: [FilePart(name: "a.png", bytes: frames[0])]))
        #expect(still.results[0].faces.map(\.milliseconds) == [nil])
        let boxed = try daemon.client.call(
            ClassifyImages.self,
            .init(
                selection: FaceSelection(boxes: [try #require(PixelBox(0, 0, 60, 60))]),
                files: [FilePart(name: "two.png", bytes: try Data(contentsOf: URL(filePath: path)))]))
        #expect(boxed.results[0].faces.map(\.milliseconds) == [nil])
    }

    @Test func `a face in several frames is one answer, surer than a frame's`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("enroll", "--from-folders", "enroll").status == 0)
        let frames = try (1...3).map { try Self.sample("ask/Iori Namisato/\($0).png") }
        let files = [FilePart(name: "a.png", bytes: try Self.animation(frames))]
        let faces = try daemon.client.call(ClassifyImages.self, .init(files: files)).results[0].faces
        #expect(faces.compactMap(\.character) == ["Iori Namisato"])
    }

    @Test func `an animation that ends early is refused`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let frames = try (1...2).map { try Self.sample("ask/Iori Namisato/\($0).png") }
        let whole = try Self.animation(frames)
        let path = daemon.home + "/half.png"
        try whole.dropLast(whole.count / 3).write(to: URL(filePath: path))
        let answered = try daemon.aniwho("classify", path)
        #expect(answered.status == ExitCode.badInput.rawValue, "\(answered.out)")
    }
}
