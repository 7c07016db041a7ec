import API
import Testing

@testable import CommandLine

@Suite struct ShowTests {
    @Test(
        arguments: [
            (0, 3, "0.000"), (1.0005, 3, "1.001"), (0.0625, 3, "0.063"), (0.9996, 3, "1.000"), (0.9994, 3, "0.999"),
            (12.04, 1, "12.0"), (12.06, 1, "12.1"), (0.05, 2, "0.05"), (2.5, 0, "3"), (1234567.891, 2, "1234567.89"),
            (-1.25, 1, "-1.3"), (-0.04, 1, "0.0"), (-0.06, 1, "-0.1"), (-0.2, 0, "0"), (0.007, 3, "0.007"),
        ] as [(Double, Int, String)]) func `decimals are rounded, padded, and zero has no sign`(
            value: Double, digits: Int, text: String
        )
    {
        #expect(Show.decimal(value, digits) == text)
    }

    @Test func `percent is of one`() {
        #expect(Show.percent(0.1234) == "12.3 %")
        #expect(Show.percent(0.12346, digits: 2) == "12.35 %")
        #expect(Show.percent(1) == "100.0 %")
        #expect(Show.percent(0.9999) == "100.0 %")
        #expect(Show.percent(0) == "0.0 %")
    }

    @Test(arguments: [
        (0, "0.0 KiB"), (512, "0.5 KiB"), (1024, "1.0 KiB"), (1_048_000, "1023.4 KiB"), (1_048_576, "1.0 MiB"),
        (5_920_112, "5.6 MiB"), (3_221_225_472, "3072.0 MiB"),
    ]) func `bytes are binary`(count: Int, text: String) {
        #expect(Show.bytes(count) == text)
    }

    @Test func `pictures and vectors of cast packs are apart`() {
        #expect(Show.images(15, ofPacks: 0) == "15")
        #expect(Show.images(75, ofPacks: 60) == "75: 15 pictures, 60 vectors of cast packs")
        #expect(Show.images(1, ofPacks: 1) == "1: 0 pictures, 1 vector of cast packs")
    }

    @Test func `one is not many`() {
        #expect(Show.count(1, "image") == "1 image")
        #expect(Show.count(0, "image") == "0 images")
        #expect(Show.count(2, "class", "classes") == "2 classes")
        #expect(Show.count(1, "class", "classes") == "1 class")
    }

    @Test func `appearances are shown if there are several`() {
        #expect(
            PrototypeSummary(count: 11, spread: 0.5, appearances: [8, 2, 1]).looks
                == "3 appearances, with 8, 2, 1 images")
        #expect(PrototypeSummary(count: 5, spread: 0.5, appearances: [5]).looks == nil)
    }
}
