import API
import Client
import Options
import Statistics

enum Calibrate: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho calibrate",
        summary: "fit probabilities on the enrolled pictures, and choose how many strangers may be named",
        discussion: """
            The daemon does this by itself after changes, as soon as two characters have two pictures each. It classifies each enrolled
            picture without itself, and once more without its whole character, as a stranger. The more is enrolled, the more the
            registry's own pictures count, and the less the model's values. This command does it at once and shows the result.
            """,
        options: [
            Option(
                "false-accept", "RATE",
                help: "the share of strangers that may be named, 0 to 0.5 (default: the last choice, at first 0.1)"),
            Option("show", help: "only show the calibration in use"),
            Option("reset", help: "go back to the model's own values, until you calibrate again"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let rate = try arguments.number("false-accept", in: RunCalibration.rates)
        let (shows, resets) = (arguments.flag("show"), arguments.flag("reset"))
        guard [rate != nil, shows, resets].count(where: { $0 }) < 2 else {
            throw arguments.misuse("--false-accept, --show and --reset exclude each other")
        }
        let client = arguments.client
        let response =
            if shows { try client.call(ShowCalibration.self) } else if resets {
                try client.call(ResetCalibration.self)
            } else {
                try console.following(RunCalibration.self, .init(falseAccept: rate), client)
            }
        if console.isJSON { return try console.print(json: response) }
        guard let calibration = response.calibration else {
            return console.print(
                "the model's own values are in use"
                    + (response.followsChanges ? " until enough pictures are enrolled" : ""))
        }
        show(calibration, response.identity, console)
    }

    private static func show(_ calibration: CalibrationReport, _ identity: String, _ console: Console) {
        console.print(
            "calibration \(identity) on \(Show.count(calibration.pictures, "picture")) left out, among \(Show.count(calibration.characters, "character"))"
        )
        var table = TextTable(("", .left), ("RATE", .right), ("95 % INTERVAL", .left))
        for (name, rate) in [
            ("strangers named as somebody", calibration.falseAccepts),
            ("enrolled called unknown", calibration.falseRejects), ("enrolled named rightly", calibration.namedRightly),
            ("probability away from how often it is right", calibration.calibrationError),
        ] {
            table.add(name, Show.percent(rate.mean), "\(Show.percent(rate.low)) to \(Show.percent(rate.high))")
        }
        console.print(table)
        console.print(
            "a name needs a probability of \(Show.percent(calibration.threshold)), so that at most \(Show.percent(calibration.allowedFalseAccepts)) of strangers are named"
        )
        if calibration.falseAccepts.low > calibration.allowedFalseAccepts {
            console.warn("more strangers are named than allowed; enroll more pictures of each character")
        }
    }
}
