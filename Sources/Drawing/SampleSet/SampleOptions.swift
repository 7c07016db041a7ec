/// The options of `SampleGenerator`.
public struct SampleOptions: Sendable, Equatable {
    /// The folder to write into.
    public var output: String
    /// The number of characters, and the number of pictures of each.
    public var characters: Int
    public var images: Int
    /// More pictures of each character, to ask about.
    public var ask = 0
    /// Pictures of several characters with the boxes of their faces; with them nothing else is drawn.
    public var scenes = 0
    /// Characters with a single picture and no folder of their own.
    public var strangers = 0
    public var seed: UInt64 = 1
    /// The side of a picture in pixels.
    public var size = 128
    /// Whether to write into a folder that is not empty. Only files of the same names are replaced.
    public var force = false

    public init(output: String, characters: Int, images: Int) {
        self.output = output
        self.characters = characters
        self.images = images
    }

    public static let usage = """
        Usage: SampleGenerator OUTPUT --characters N --images K [--ask A] [--strangers M] [--seed S] [--size P] [--force]
               SampleGenerator OUTPUT --scenes N [--seed S] [--size P] [--force]

        Draws invented anime characters, the same ones for the same seed.
          --characters N  how many characters, at least 1
          --images K      pictures of each, at least 1
          --ask A         further pictures of each, to ask about (default 0)
          --strangers M   single pictures of characters that are not among the N (default 0)
          --scenes N      pictures of one to five characters, with the boxes of their faces
          --seed S        which cast to draw (default 1)
          --size P        pixels a side, 16 to 2048 (default 128)
          --force         write into a folder that is not empty; nothing is removed

        OUTPUT/NAME/1.png … K.png; with --ask or --strangers OUTPUT/enroll/NAME/1.png …, OUTPUT/ask/NAME/1.png …
        and OUTPUT/strangers/1.png …; with --scenes OUTPUT/scene_1.png …, OUTPUT/boxes.json and OUTPUT/ignored.json
        """

    /// Reads the arguments after the command's name.
    ///
    /// - Throws: `SampleError` with code `usage` that names the wrong argument.
    public init(arguments: [String]) throws(SampleError) {
        var paths: [String] = []
        var values: [String: UInt64] = [:]
        var force = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--force" {
                force = true
            } else if argument.hasPrefix("-") {
                values[argument] = try Self.number(after: argument, &rest)
            } else {
                paths.append(argument)
            }
        }
        guard paths.count == 1, !paths[0].isEmpty else {
            throw SampleError(.usage, "Give exactly one output folder; \(paths.count) were given.")
        }
        func required(_ name: String) throws(SampleError) -> Int {
            guard let value = values[name] else { throw SampleError(.usage, "\(name) is missing.") }
            return Int(value)
        }
        if let scenes = values["--scenes"] {
            for name in ["--characters", "--images", "--ask", "--strangers"] where values[name] != nil {
                throw SampleError(.usage, "--scenes and \(name) exclude each other.")
            }
            self.init(output: paths[0], characters: 0, images: 0)
            self.scenes = Int(scenes)
        } else {
            self.init(output: paths[0], characters: try required("--characters"), images: try required("--images"))
        }
        ask = values["--ask"].map { Int($0) } ?? 0
        strangers = values["--strangers"].map { Int($0) } ?? 0
        seed = values["--seed"] ?? 1
        size = values["--size"].map { Int($0) } ?? 128
        self.force = force
    }

    /// The allowed values of each option.
    private static let bounds: [String: ClosedRange<UInt64>] = [
        "--characters": 1...1_000_000, "--images": 1...100_000, "--ask": 0...100_000, "--scenes": 1...1_000_000,
        "--strangers": 0...1_000_000,
        "--seed": 0...UInt64.max, "--size": 16...2048,
    ]

    private static func number(after option: String, _ rest: inout ArraySlice<String>) throws(SampleError) -> UInt64 {
        guard let allowed = bounds[option] else {
            throw SampleError(.usage, "\(option) is not an option of SampleGenerator.")
        }
        guard let text = rest.popFirst() else { throw SampleError(.usage, "\(option) needs a number after it.") }
        guard let value = UInt64(text), allowed.contains(value) else {
            let range =
                option == "--seed"
                ? "a whole number from 0" : "a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"
            throw SampleError(.usage, "\(option) takes \(range), not “\(text)”.")
        }
        return value
    }
}
