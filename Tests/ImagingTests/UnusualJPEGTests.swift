import Testing

@testable import Imaging

/// Legal JPEGs that encoders seldom write, and damage that looks like them.
@Suite struct UnusualJPEGTests {
    private static let corners = [[200, 60, 120, 230], [100, 128, 170, 90], [128, 180, 80, 140]]

    /// YCbCr with the sampling factors of the three components.
    private static func file(_ factors: [(Int, Int)]) -> JPEGFile {
        JPEGFile(components: zip(factors, corners).map { .init(h: $0.0, v: $0.1, corners: $1) })
    }

    private func code(_ bytes: [UInt8]) -> ImagingError.Code? {
        do throws(ImagingError) {
            _ = try Image.decode(bytes)
            return nil
        } catch { return error.code }
    }

    private func message(_ bytes: [UInt8]) -> String {
        do throws(ImagingError) {
            _ = try Image.decode(bytes)
            return ""
        } catch { return error.message }
    }

    @Test(arguments: [
        [(1, 1), (1, 1), (1, 1)], [(2, 2), (1, 1), (1, 1)], [(1, 3), (1, 1), (1, 1)], [(4, 1), (2, 1), (2, 1)],
        [(4, 2), (1, 1), (1, 1)], [(1, 4), (1, 1), (1, 1)], [(2, 1), (1, 1), (2, 1)], [(1, 1), (2, 2), (2, 2)],
        [(1, 1), (2, 1), (1, 2)], [(2, 2), (2, 1), (1, 2)], [(3, 1), (1, 1), (1, 1)],
    ])
    func `every sampling decodes to the same picture`(factors: [(Int, Int)]) throws {
        let image = try Image.decode(Self.file(factors).bytes).image
        #expect(image.width == 96 && image.height == 96)
        for (corner, place) in [(12, 12), (84, 12), (12, 84), (84, 84)].enumerated() {
            let (y, cb, cr) = (Self.corners[0][corner], Self.corners[1][corner] - 128, Self.corners[2][corner] - 128)
            let color = [
                Double(y) + 1.402 * Double(cr), Double(y) - 0.344136 * Double(cb) - 0.714136 * Double(cr),
                Double(y) + 1.772 * Double(cb),
            ].map { min(max($0, 0), 255) }
            let start = (place.1 * 96 + place.0) * 3
            for channel in 0..<3 { #expect(abs(Double(image.pixels[start + channel]) - color[channel]) <= 2) }
        }
    }

    @Test func `CMYK decodes with subsampling`() throws {
        var file = JPEGFile(components: [(2, 2), (1, 1), (1, 1), (2, 2)].map { .init(h: $0.0, v: $0.1, corners: []) })
        for (index, values) in [[255, 0, 255, 128], [255, 255, 0, 128], [0, 255, 255, 128], [255, 255, 128, 255]]
            .enumerated()
        { file.components[index].corners = values }
        file.before = JPEGFile.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0])
        let image = try Image.decode(file.bytes).image
        let expected: [[UInt8]] = [[255, 255, 0], [0, 255, 255], [128, 0, 128], [128, 128, 128]]
        for (corner, place) in [(12, 12), (84, 12), (12, 84), (84, 84)].enumerated() {
            let start = (place.1 * 96 + place.0) * 3
            for channel in 0..<3 {
                #expect(abs(Int(image.pixels[start + channel]) - Int(expected[corner][channel])) <= 2)
            }
        }
    }

    static let goldens = Golden.pictures.filter { $0.hasSuffix(".jpg") }

    @Test(arguments: goldens) func `a file without its end marker is whole`(name: String) throws {
        let bytes = try Golden.bytes(name)
        let whole = try Image.decode(bytes).image
        #expect(Array(bytes.suffix(2)) == [0xFF, 0xD9])
        let cut = Array(bytes.dropLast(2))
        for end: [UInt8] in [[], [0xFF], [UInt8](repeating: 0, count: 512)] {
            #expect(try Image.decode(cut + end).image == whole)
        }
    }

    @Test(arguments: goldens) func `bytes before the end marker lose nothing`(name: String) throws {
        let bytes = try Golden.bytes(name)
        let whole = try Image.decode(bytes).image
        for surplus: [UInt8] in [[0], [UInt8](repeating: 0x55, count: 29), [UInt8](repeating: 0, count: 3000)] {
            #expect(try Image.decode(bytes.dropLast(2) + surplus + bytes.suffix(2)).image == whole)
        }
    }

    @Test func `warnings about headers lose nothing`() throws {
        let bytes = try Golden.bytes("jpeg-444.jpg")
        let whole = try Image.decode(bytes).image
        var newer = bytes
        newer[11] = 2  // JFIF's major version
        #expect(try Image.decode(newer).image == whole)
        // Bytes between two segments.
        #expect(try Image.decode(bytes[..<20] + [0, 1, 2] + bytes[20...]).image == whole)
        var camera = Self.file([(2, 1), (1, 1), (1, 1)])
        let expected = try Image.decode(camera.bytes).image
        var head = camera.head
        head[head.count - 2] = 0  // the last coefficient of the scan
        #expect(try Image.decode(head + camera.data + [0xFF, 0xD9]).image == expected)
        // An unknown color transform of Adobe counts as YCbCr.
        camera.before = JPEGFile.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 9])
        #expect(try Image.decode(camera.bytes).image == expected)
        // Surplus before a restart marker.
        camera.before = []
        camera.restart = 5
        let place = try #require(camera.data.indices.first { camera.data[$0] == 0xFF && camera.data[$0 + 1] == 0xD0 })
        let data: [UInt8] = Array(camera.data[..<place]) + [1, 2, 3] + Array(camera.data[place...])
        #expect(try Image.decode(camera.head + data + [0xFF, 0xD9]).image == expected)
    }

    @Test(arguments: goldens) func `lost pixels are refused, whatever stands in their place`(name: String) throws {
        let bytes = try Golden.bytes(name)
        let count = bytes.count - 2
        for lost in [1, 2, 5, count / 20, count / 8, count / 4] {
            let cut = Array(bytes[..<(count - lost)])
            #expect(code(cut) == .truncated, "\(lost) bytes")
            // With an end marker the loss looks like damage, unless the cut splits a marker.
            #expect(code(cut + [0xFF, 0xD9]) != nil, "\(lost) bytes and an end marker")
            guard lost > 40 else { continue }
            for zeros in [lost, lost * 4, lost * 40] {
                let filled = cut + [UInt8](repeating: 0, count: zeros)
                #expect(code(filled) == .truncated, "\(lost) bytes replaced by \(zeros) zeros")
            }
        }
    }

    @Test func `a hole of zeros and a lost restart interval are refused`() throws {
        var file = Self.file([(1, 1), (1, 1), (1, 1)])
        file.zerosArePlain = false
        let data = file.data
        let hole = [UInt8](repeating: 0, count: 60)
        let holed: [UInt8] = Array(data[..<200]) + hole + Array(data[260...]) + [1, 2, 3, 4]
        #expect(code(file.head + holed + [0xFF, 0xD9]) == .damaged)
        file.restart = 10
        let marks = file.data.indices.filter { file.data[$0] == 0xFF && (0xD0...0xD7).contains(file.data[$0 + 1]) }
        let short: [UInt8] = Array(file.data[..<marks[2]]) + Array(file.data[marks[3]...])
        #expect(code(file.head + short + [0xFF, 0xD9]) == .damaged)
    }

    @Test func `a progressive file without its last scans is refused`() throws {
        let bytes = try Golden.bytes("jpeg-progressive.jpg")
        let scans = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
        #expect(scans.count > 3)
        for scan in scans.dropFirst() {
            // A scan's Huffman table stands before it.
            let tables = bytes[..<scan].lastIndex(of: 0xC4).map { $0 - 1 } ?? scan
            #expect(code(Array(bytes[..<tables])) == .truncated)
        }
    }

    @Test func `kinds of JPEG that are not supported are not called damaged`() {
        let file = Self.file([(1, 1), (1, 1), (1, 1)])
        var deep = file
        (deep.precision, deep.frame) = (12, 0xC1)
        #expect(code(deep.bytes) == .unsupported && message(deep.bytes).contains("12 bits"))
        var late = file
        late.statedHeight = 0
        let lines = late.head + late.data + JPEGFile.segment(0xDC, [0, 96]) + [0xFF, 0xD9]
        #expect(code(lines) == .unsupported && message(lines).contains("DNL"))
        for (frame, word) in [(0xC3, "lossless"), (0xCB, "lossless"), (0xC5, "hierarchical"), (0xF7, "JPEG-LS")] {
            var other = file
            other.frame = UInt8(frame)
            #expect(code(other.bytes) == .unsupported && message(other.bytes).contains(word))
        }
        let two = JPEGFile(components: Array(file.components.prefix(2)))
        #expect(code(two.bytes) == .unsupported)
        let fractions = Self.file([(3, 1), (2, 1), (1, 1)])
        #expect(code(fractions.bytes) == .unsupported)
    }
}
