import Testing

@testable import Imaging

/// Animations: the frames that differ, and the first frame as a picture.
@Suite struct AnimationTests {
    /// When the frames that differ are first shown. The second of the five frames hardly differs, the last one is the first again.
    private static func times(_ name: String) -> [Int] {
        switch name {
        case "gif-disposed.gif": [0, 100, 150]
        case "apng-blended.png": [0, 100, 200]
        case "apng-default.png": [0, 70]
        default: [0, 300, 600]
        }
    }

    @Test(arguments: PictureFile.animations) func `the frames that differ`(name: String) throws {
        let bytes = try PictureFile.bytes(name)
        try PictureFile.needingDecoder(name) {
            let frames = try Image.frames(of: bytes)
            try #require(frames.map(\.milliseconds) == Self.times(name))
            for (number, frame) in frames.enumerated() {
                try PictureFile.expectSame(frame.image, as: name, frame: number)
            }
            // With a bound, those that differ most.
            #expect(try Image.frames(of: bytes, most: 1).map(\.milliseconds) == [0])
            let two = try Image.frames(of: bytes, most: 2)
            #expect(two.count == 2 && two[0] == frames[0] && frames.contains(two[1]))
        }
    }

    @Test(arguments: PictureFile.animations.filter { $0 != "apng-default.png" })
    func `as a picture an animation is its first frame`(name: String) throws {
        try PictureFile.needingDecoder(name) {
            try PictureFile.expectSame(Image.decode(PictureFile.bytes(name)).image, as: name, frame: 0)
        }
    }

    @Test(arguments: [
        "gif-animation.gif", "webp-animation.webp", "apng-animation.png", "avif-animation.avif", "jxl-animation.jxl",
    ])
    func `a truncated animation is refused`(name: String) throws {
        let bytes = try PictureFile.bytes(name)
        _ = try PictureFile.needingDecoder(name) { try Image.frames(of: bytes) }
        for length in stride(from: bytes.count / 3, to: bytes.count - 24, by: max(1, bytes.count / 7)) {
            let error = #expect(throws: ImagingError.self) { try Image.frames(of: Array(bytes.prefix(length))) }
            #expect(error?.code == .truncated, "\(length): \(error?.message ?? "")")
        }
    }

    @Test(arguments: ["source.png", "jpeg-exif-6.jpg", "webp-lossy.webp"]) func `a still picture is one frame`(
        name: String
    ) throws {
        let bytes = try Golden.bytes(name)
        #expect(try Image.frames(of: bytes) == [AnimationFrame(image: Image.decode(bytes).image, milliseconds: 0)])
    }

    /// A GIF of 1×1 pixels, each frame 14 to 20 bytes.
    private static func gif(frames: Int, gray: (Int) -> UInt8) -> [UInt8] {
        var file = Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0]
        for number in 0..<frames {
            let color = [UInt8](repeating: gray(number), count: 3)
            file += [0x21, 0xF9, 4, 0, 1, 0, 0, 0] + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0x80] + color + color
            file += [2, 2, 0x44, 0x01, 0]
        }
        return file + [0x3B]
    }

    @Test func `of many frames the most different ones are kept`() throws {
        let frames = try PictureFile.needingDecoder("GIF") {
            try Image.frames(of: Self.gif(frames: 256) { UInt8($0) })
        }
        #expect(frames.count > 8 && frames.count <= 16 && frames[0].image.pixels == [0, 0, 0])
        let grays = frames.map { Int($0.image.pixels[0]) }
        #expect(grays.last ?? 0 > 200 && zip(grays, grays.dropFirst()).allSatisfy { $1 - $0 >= 8 }, "\(grays)")
        // A delay of 10 ms is shown for 100 ms.
        #expect(frames.allSatisfy { $0.milliseconds == Int($0.image.pixels[0]) * 100 })
    }

    @Test(.timeLimit(.minutes(5))) func `a million frames are not looked at`() throws {
        let bytes = Self.gif(frames: 1_000_000) { $0 < 1000 ? 0 : 255 }
        let frames = try PictureFile.needingDecoder("GIF") { try Image.frames(of: bytes) }
        #expect(frames.map(\.milliseconds) == [0])
        #expect(try Image.decode(bytes).image.pixels == [0, 0, 0])
    }
}
