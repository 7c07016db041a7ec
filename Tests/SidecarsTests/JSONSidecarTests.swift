import Foundation
import Geometry
import Testing

@testable import Sidecars

/// The key `aniwho` in JSON files beside pictures.
@Suite struct JSONSidecarTests {
    private let tags = PictureTags(
        faces: [
            .init(character: "Rei", box: PixelBox(1, 2, 30, 40), probability: 0.98765432)
        ], series: ["Rei": "Evangelion"], geometry: PictureGeometry(width: 100, height: 50))

    private let own =
        #"{"faces":[{"box":[1,2,30,40],"character":"Rei","probability":0.9877,"series":"Evangelion"}],"height":50,"tags":["character:Rei","series:Evangelion"],"width":100}"#

    private func merged(_ text: String?, _ tags: PictureTags? = nil) throws -> String? {
        try SidecarFormat.json.merged(tags ?? self.tags, into: text.map { Data($0.utf8) })
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a new file holds the faces`() throws {
        let new = "{\"aniwho\":\(own)}\n"
        #expect(try merged(nil) == new)
        #expect(try merged(new) == nil)
        #expect(try merged(nil, PictureTags(faces: [])) == nil)
    }

    @Test func `other keys stay byte for byte`() throws {
        let downloader = """
            {
                "id": 12345678901234567890123, "score": 1.50,
                "tags": ["a, b", "\\"}{"], "aniwho tags": {"x": [1, {"aniwho": 2}]}
            }

            """
        let with = try #require(try merged(downloader))
        #expect(
            with == downloader.replacing("{\"aniwho\": 2}]}\n}", with: "{\"aniwho\": 2}]},\"aniwho\":\(own)\n}"))
        #expect(try merged(with) == nil)
        // Another answer replaces the former one.
        let nobody = try #require(try merged(with, PictureTags(faces: [])))
        #expect(nobody == with.replacing(own, with: #"{"faces":[],"tags":[]}"#))
        #expect(try merged(nobody) == with)
        #expect(try merged("{}") == "{\"aniwho\":\(own)}")
        #expect(try merged(#"{"\u0061niwho": null}"#) == "{\"\\u0061niwho\": \(own)}")
    }

    @Test(arguments: ["[1]", "3", "{", #"{"a": 1,}"#, #"{"a": 1} x"#, #"{"aniwho": 1, "aniwho": 2}"#])
    func `what cannot hold a key is refused`(text: String) {
        #expect(throws: SidecarError.self) { try SidecarFormat.json.merged(tags, into: Data(text.utf8)) }
    }
}
