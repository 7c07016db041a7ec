import API
import Client
import Foundation
import Geometry
import Imaging
import Testing

/// Whole pictures of several characters, with the real programs and the detector that ships.
@Suite struct WholePictureTests {
    private static let first = "Minato Asamachi"
    private static let second = "Kotone Shiragawa"

    /// A daemon that knows two characters, and a picture of one of them beside a stranger, or of both.
    private func cast() throws -> (TestDaemon, both: String, stranger: String) {
        let daemon = try TestDaemon()
        try daemon.start()
        for name in [Self.first, Self.second] {
            #expect(try daemon.aniwho("enroll", name, TestDaemon.root + "/samples/enroll/" + name).status == 0)
        }
        let both = try compose(["ask/\(Self.first)/2.png", "ask/\(Self.second)/2.png"], daemon.home + "/both.png")
        let other = try compose(["ask/\(Self.first)/2.png", "ask/Iori Namisato/2.png"], daemon.home + "/other.png")
        return (daemon, both, other)
    }

    /// A picture of 640 × 400 pixels with two samples, the first one larger.
    private func compose(_ samples: [String], _ path: String) throws -> String {
        let images = try samples.map { sample in
            try Image.decode([UInt8](Data(contentsOf: URL(filePath: TestDaemon.root + "/samples/" + sample)))).image
        }
        let canvas = Image(width: 640, height: 400, pixels: [UInt8](repeating: 120, count: 640 * 400 * 3))
            .replacing(x: 40, y: 120, with: images[0].resized(width: 220, height: 220))
            .replacing(x: 400, y: 80, with: images[1].resized(width: 150, height: 150))
        try Data(canvas.encodePNG()).write(to: URL(filePath: path))
        return path
    }

    private struct Answer: Decodable {
        struct Face: Decodable {
            let box: [Int]?
            let score: Double?
            let character: String?
            let unknown: Bool
        }

        let faces: [Face]
        let character: String?
        let width, height: Int
    }

    @Test func `each face is named in the table, in JSON and in CSV`() throws {
        let (daemon, both, other) = try cast()
        let answers = try JSONDecoder().decode(
            [Answer].self, from: Data(try daemon.aniwho("classify", "--json", both, other).out.utf8))
        #expect(answers[0].faces.map(\.character) == [Self.first, Self.second])
        #expect(answers[0].character == Self.first && answers[0].width == 640 && answers[0].height == 400)
        #expect(answers[0].faces.allSatisfy { $0.box?.count == 4 && $0.score ?? 0 > 0.3 })
        #expect(answers[1].faces.map(\.unknown) == [false, true])
        let table = try daemon.aniwho("classify", both).out.split(separator: "\n")
        #expect(table.count == 3 && table[0].contains("FACE"))
        #expect(table[1].contains(Self.first) && table[2].contains(Self.second))
        let csv = try daemon.aniwho("classify", "--csv", both).out.split(whereSeparator: \.isNewline)
        #expect(csv[0] == "image,character,probability,distance,certain,box" && csv.count == 3)
        #expect(try daemon.aniwho("explain", both).out.contains("face 2 of 2 at "))
    }

    @Test func `enroll asks for a choice, and the registry keeps the picture and the box`() throws {
        let (daemon, both, _) = try cast()
        let refused = try daemon.aniwho("enroll", "Duo", both)
        #expect(refused.status == ExitCode.badInput.rawValue)
        #expect(refused.error.contains("both.png has 2 faces: 1 at ") && refused.error.contains("--largest"))
        #expect(try daemon.aniwho("enroll", "Duo", both, "--face", "2").status == 0)
        let image = try #require(daemon.client.entries(ListImages.self, .init(name: "Duo")).first)
        let box = try #require(image.box)
        #expect(box.left > 300)
        let crop = daemon.home + "/face.png"
        #expect(try daemon.aniwho("images", "crop", "\(image.id)", "--output", crop).status == 0)
        let face = try Image.decode([UInt8](Data(contentsOf: URL(filePath: crop)))).image
        #expect(face.width == box.width && face.height == box.height)
        let original = daemon.home + "/original.png"
        #expect(try daemon.aniwho("images", "show", "\(image.id)", "--output", original).status == 0)
        #expect(FileManager.default.contentsEqual(atPath: original, andPath: both))
        let moved = try daemon.aniwho("images", "box", "\(image.id)", "--box", "390,70,170,170")
        #expect(
            moved.out == "the face of image \(image.id) of Duo is 390,70,170,170; it was \(box)\n", "\(moved.error)")
        let outside = try daemon.aniwho("images", "box", "\(image.id)", "--box", "600,70,170,170")
        #expect(outside.status == ExitCode.usage.rawValue && outside.error.contains("not inside the picture"))
        let wrong = try daemon.aniwho("enroll", "Duo", both, "--box", "1,2,3")
        #expect(wrong.status == ExitCode.usage.rawValue && wrong.error.contains("LEFT,TOP,WIDTH,HEIGHT"))
        let two = try daemon.aniwho("enroll", "Duo", both, "--face", "1", "--largest")
        #expect(two.status == ExitCode.usage.rawValue && two.error.contains("exclude each other"))
    }

    @Test func `a picture of two is sorted to both, or to their group, and an unknown face waits alone`() throws {
        let (daemon, both, other) = try cast()
        let (each, groups) = (daemon.home + "/each", daemon.home + "/groups")
        let sorted = try daemon.aniwho("classify", both, other, "--sort-into", each, "--keep-unknown")
        #expect(sorted.status == 0, "\(sorted.error)")
        for name in [Self.first, Self.second] {
            #expect(FileManager.default.fileExists(atPath: "\(each)/\(name)/both.png"))
        }
        #expect(sorted.error.contains("1 unknown face kept"))
        let inbox = try daemon.client.call(GroupInbox.self, .init()).groups.flatMap(\.pictures)
        #expect(inbox.count == 1 && inbox[0].box.map { $0.left > 300 } == true)
        #expect(try daemon.aniwho("classify", both, "--sort-into", groups, "--groups").status == 0)
        #expect(FileManager.default.fileExists(atPath: "\(groups)/\(Self.second) + \(Self.first)/both.png"))
        #expect(try daemon.aniwho("classify", both, "--groups").status == ExitCode.usage.rawValue)
    }

    @Test func `confirmed boxes become training data, without pictures that have unnamed faces`() throws {
        let (daemon, both, other) = try cast()
        #expect(try daemon.aniwho("enroll", Self.first, both, other, "--largest").status == 0)
        #expect(try daemon.aniwho("enroll", Self.second, both, "--face", "2").status == 0)
        let folder = daemon.home + "/boxes"
        let report = try daemon.aniwho("export", folder, "--boxes")
        #expect(report.out == "1 picture with 2 faces written to \(folder)\n", "\(report.error)")
        #expect(report.error.contains("10 pictures left out: taken whole"))
        #expect(report.error.contains("1 picture left out, with a face that is not enrolled"))
        let measured = try daemon.aniwho("evaluate-detector", "--data", folder, "--json")
        #expect(measured.status == 0, "\(measured.error)")
        #expect(try daemon.aniwho("export", folder, "--boxes").status == ExitCode.conflict.rawValue)
    }

    @Test func `the detectors of the registry`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let shipped = TestDaemon.root + "/models/face_detector.safetensors"
        #expect(try daemon.aniwho("detectors", "list").out.contains("face_detector  yes"))
        let again = try daemon.aniwho("detectors", "import", shipped, "--name", "copy")
        #expect(again.status == ExitCode.conflict.rawValue && again.error.contains("already imported"))
        let wrong = try daemon.aniwho(
            "detectors", "import", TestDaemon.root + "/models/mobilenetv2.safetensors", "--name", "copy")
        #expect(wrong.status == ExitCode.badInput.rawValue && wrong.error.contains("aniwho models import"))
        let model = try daemon.aniwho("models", "import", shipped, "--name", "copy")
        #expect(model.status == ExitCode.badInput.rawValue && model.error.contains("aniwho detectors import"))
        #expect(try daemon.aniwho("detectors", "rollback").status == ExitCode.notFound.rawValue)
        let removed = try daemon.aniwho("detectors", "remove", "face_detector", "--yes")
        #expect(removed.status == ExitCode.conflict.rawValue && removed.error.contains("it finds the faces now"))
    }
}
