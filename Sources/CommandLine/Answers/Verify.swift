import API
import Client
import Geometry
import Options
import Statistics

enum Verify: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho verify", summary: "say whether two pictures show the same character",
        discussion: """
            The pictures need not be enrolled. The answer is yes, no or undecided. It compares the distance of the two pictures with
            two bounds, which are fitted on pairs of enrolled pictures so that each kind of error stays below --error. A distance
            between the bounds is undecided. Of pictures with several faces, choose with --largest, or with --box: one box for each
            picture, with a semicolon between them. The exit status is 0 for yes, 10 for no and 11 for undecided.
            """,
        operands: [.image, Operand("PICTURE", help: "another picture")],
        options: [
            Option("error", "RATE", help: "the accepted rate of each kind of error, 0.001 to 0.4 (default: 0.05)")
        ] + FaceOptions.withoutNumber)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let error = try arguments.number("error", in: VerifyImages.errors)
        let selection = try FaceOptions.selection(
            arguments, pictures: 2, FaceOptions.withoutNumber, takesBoxEach: true)
        let files = try arguments.pictures(of: ["IMAGE", "PICTURE"]).mapPictures(PictureList.unreadable) {
            picture throws(Failure) in
            try picture.part()
        }
        let response = try arguments.client.call(
            VerifyImages.self, .init(error: error, selection: selection, files: files))
        if console.isJSON { try console.print(json: response) } else { show(response, console) }
        switch response.answer {
        case .same: return
        case .different: throw Outcome(exitCode: .different)
        case .undecided: throw Outcome(exitCode: .undecided)
        }
    }

    private static func show(_ response: VerifyImages.Response, _ console: Console) {
        let answer =
            switch response.answer {
            case .same: "yes, the same character"
            case .different: "no, two characters"
            case .undecided: "undecided"
            }
        console.print("\(answer): distance \(Show.decimal(response.distance))")
        guard let bounds = response.bounds else { return console.print(response.reason ?? "") }
        let (same, different) = (Show.decimal(bounds.sameUpTo), Show.decimal(bounds.differentBeyond))
        console.print(
            bounds.sameUpTo == bounds.differentBeyond
                ? "up to \(same) the same character, beyond that two characters"
                : "up to \(same) the same character, beyond \(different) two characters, in between undecided")
        console.print(
            "fitted on \(Show.grouped(bounds.samePairs)) pairs of one character and \(Show.grouped(bounds.differentPairs)) of two, among \(Show.count(bounds.characters, "enrolled character")); each rate is of pairs left out of the fit"
        )
        var table = TextTable(("", .left), ("RATE", .right), ("95 % INTERVAL", .left))
        for (name, rate) in [
            ("two characters called the same", bounds.falseSame), ("one character called two", bounds.falseDifferent),
            ("undecided", bounds.undecided),
        ] {
            table.add(name, Show.percent(rate.mean), "\(Show.percent(rate.low)) to \(Show.percent(rate.high))")
        }
        console.print(table)
    }
}
