import Testing

@testable import Options

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
        ("ab", "ba", 2), ("saturday", "sunday", 3), ("é", "e", 1),
    ]) func `the distance is Levenshtein's`(first: String, second: String, distance: Int) {
        #expect(Spelling.distance(first, second) == distance)
        #expect(Spelling.distance(second, first) == distance)
    }

    @Test func `the nearest word is meant when it is near`() {
        let words = ["classify", "enroll", "embed", "status"]
        #expect(Spelling.nearest(to: "clasify", among: words) == "classify")
        #expect(Spelling.nearest(to: "enrol", among: words) == "enroll")
        #expect(Spelling.nearest(to: "statsu", among: words) == "status")
        #expect(Spelling.nearest(to: "embed", among: words) == "embed")
        #expect(Spelling.nearest(to: "xyz", among: words) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
        // One letter may be wrong in a short word, a third in a long one.
        #expect(Spelling.nearest(to: "tip", among: ["top"]) == "top")
        #expect(Spelling.nearest(to: "tip", among: ["tools"]) == nil)
    }
}
