import Imaging
import Testing

/// The endings of pictures' file names.
@Suite struct FormatEndingTests {
    @Test(arguments: [
        ("a.png", true), ("b.JPEG", true), ("c.jfif", true), ("d.tar.tiff", true), ("e.heif", true), ("f.jxl", true),
        (".png", false), ("png", false), ("g.txt", false), ("h.png.part", false), ("i.", false), ("", false),
    ])
    func `a picture's name ends as one of the formats`(name: String, isPicture: Bool) {
        #expect(ImageFormat.isPictureName(name) == isPicture)
    }

    @Test func `each ending belongs to one format`() {
        let all = ImageFormat.allCases.flatMap(\.endings)
        #expect(Set(all).count == all.count && ImageFormat.endings == Set(all))
        #expect(ImageFormat.jpeg.endings.first == "jpg" && ImageFormat.heic.endings.contains("hif"))
    }
}
