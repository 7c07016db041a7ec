import Foundation
import Imaging
import Testing

@testable import CommandLine

@Suite("Videos on the command line")
struct VideoCommandTests {
    @Test func `times have units`() {
        let times = ["1s", "500ms", "2m", "1", "0.5", "0.5s", "1.5m"].map { ClassifyVideo.milliseconds($0) }
        #expect(times == [1000, 500, 120_000, 1000, 500, 500, 90_000])
        for wrong in ["", "s", "-1s", "1h", "0s", "1e3s", "99999999999s", " 1s"] {
            #expect(ClassifyVideo.milliseconds(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `moments of a video`() {
        let texts = [0, 7, 67, 3723, 7.5, 59.999, 0.04].map { Show.time($0) }
        #expect(texts == ["0:00", "0:07", "1:07", "1:02:03", "0:07.5", "0:59.999", "0:00.04"])
    }

    /// Of any number of pictures at most 16 are kept, evenly spaced, the first one among them.
    @Test(arguments: [1, 16, 17, 33, 100, 1000])
    func `the kept pictures of a track are evenly spaced`(count: Int) throws {
        var crops = TrackCrops()
        for number in 0..<count {
            try crops.add(Image(width: 1, height: 1, pixels: [UInt8(number & 255), UInt8(number >> 8), 0]))
        }
        let numbers = try crops.kept.map { bytes in
            let pixels = try Image.decode([UInt8](bytes)).image.pixels
            return Int(pixels[0]) + Int(pixels[1]) << 8
        }
        #expect(numbers.count <= TrackCrops.most && numbers.count >= min(count, TrackCrops.most / 2))
        let gaps = Set(zip(numbers, numbers.dropFirst()).map { $1 - $0 })
        #expect(numbers.first == 0 && gaps.count <= 1)
        #expect(count - (numbers.last ?? 0) <= (gaps.first ?? count))
    }
}
