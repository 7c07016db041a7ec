import API
import Backbones
import Embedding
import Foundation
import Imaging
import Options
import Timing

enum BenchPictures: Command {
    static let declaration = Declaration(
        name: "aniwho bench pictures", summary: "measure decoding and resizing of pictures on one thread",
        discussion: """
            Reads every picture below a folder from disk, decodes it, resizes it to a square and turns it into the network's numbers, in
            rounds. Prints the median round. One round before them, which does not count, brings the files into memory.
            """,
        operands: [Operand("FOLDER", help: "a folder of pictures, or of folders of pictures")],
        options: [
            Option("size", "S", help: "the square's side in pixels (default: 96)"),
            Option("rounds", "N", help: "how many rounds (default: 5)"),
        ])

    private struct Report: Encodable {
        let pictures: Int
        let size: Int
        let rounds: Int
        /// Of the median round.
        let milliseconds: Double
        let microsecondsPerPicture: Double
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let size = try arguments.integer("size", in: Backbone.inputSizes) ?? 96
        let rounds = try arguments.integer("rounds", in: 1...1000) ?? 5
        let pictures = try PictureList.below(arguments.word("FOLDER"))
        let transform = EvaluationTransform(kind: .resize, size: size, normalization: .symmetric)
        func round() throws {
            for picture in pictures { _ = transform.normalized([transform.apply(try picture.image())]) }
        }
        try round()
        var times: [Double] = []
        for _ in 0..<rounds { times.append(try ContinuousClock().measure { try round() } / .milliseconds(1)) }
        let report = Report(
            pictures: pictures.count, size: size, rounds: rounds, milliseconds: times.median,
            microsecondsPerPicture: times.median * 1e3 / Double(pictures.count))
        if console.isJSON { return try console.print(json: report) }
        console.print(
            """
            \(report.pictures) pictures to \(size)×\(size): \(Show.decimal(report.milliseconds, 1)) ms, \
            \(Show.decimal(report.microsecondsPerPicture, 1)) µs a picture (median of \(rounds))
            """)
    }
}
