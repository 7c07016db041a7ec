import Testing

@testable import Drawing

@Suite struct SampleOptionsTests {
    @Test func `all options are read`() throws {
        let line = "out --characters 4 --images 5 --ask 6 --strangers 7 --seed 18446744073709551615 --size 64 --force"
        let options = try SampleOptions(arguments: line.split(separator: " ").map(String.init))
        var expected = SampleOptions(output: "out", characters: 4, images: 5)
        (expected.ask, expected.strangers, expected.seed, expected.size, expected.force) = (6, 7, .max, 64, true)
        #expect(options == expected)
        let scenes = try SampleOptions(arguments: ["o", "--scenes", "9"])
        #expect(scenes.scenes == 9 && scenes.size == 128 && scenes.characters == 0)
        #expect(try SampleOptions(arguments: ["--images", "1", "o", "--characters", "2"]).size == 128)
    }

    @Test(arguments: [
        ("--characters 1 --images 1", "output folder"), ("a b --characters 1 --images 1", "2 were given"),
        ("a --images 1", "--characters is missing"), ("a --characters 1", "--images is missing"),
        ("a --characters 0 --images 1", "from 1 to 1000000, not “0”"), ("a --characters 1 --images x", "not “x”"),
        ("a --characters 1 --images 1 --size 15", "from 16 to 2048"),
        ("a --characters 1 --images 1 --size 2049", "from 16 to 2048"),
        ("a --characters 1 --images 1 --seed -1", "a whole number from 0, not “-1”"),
        ("a --characters 1 --images", "--images needs a number"), ("a --color 1", "--color is not an option"),
        ("a --scenes 0", "from 1 to 1000000"), ("a --scenes 2 --images 3", "--scenes and --images exclude each other"),
    ]) func `what is wrong is named`(line: String, message: String) {
        let error = #expect(throws: SampleError.self) {
            try SampleOptions(arguments: line.split(separator: " ").map(String.init))
        }
        #expect(error?.code == .usage && error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `the usage tells every option`() {
        for option in ["--characters", "--images", "--ask", "--strangers", "--scenes", "--seed", "--size", "--force"] {
            #expect(SampleOptions.usage.contains("  \(option) "))
        }
    }
}
