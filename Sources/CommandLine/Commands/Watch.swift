import API
import Client
import Foundation
import Options
import Report

enum Watch: Command {
    static let declaration = Declaration(
        name: "aniwho watch", summary: "say who is in the pictures of a folder as they appear there",
        discussion: """
            The folder is looked at every --interval seconds, without those below it; a picture is asked about when two looks find it the
            same, so that half-written ones are waited for, and again when it changes. While the daemon is away, pictures wait for it.
            Ctrl-C ends the watching, with status 0.
            """,
        operands: [Operand("DIR", help: "the folder")],
        options: [
            Option("all", help: "ask about the pictures that are there already too"),
            Option("interval", "SECONDS", help: "between two looks, 0.1 to 3600 (default: 1)"),
            Option("classifier", "NAME", help: "ask this trained classifier (default: the enrolled pictures answer)"),
            Option("sort-into", "DIR", help: "put the pictures into a folder for each character here"),
            Option("manner", "HOW", help: "with --sort-into: copy, or link (default: copy)"),
            Option("keep-unknown", help: "keep unknown pictures in the inbox: see aniwho inbox list"),
            Option("csv", help: "print comma-separated values: image, character, probability, distance"),
            Option("json", help: "print a line of JSON for each picture"), .socket,
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if arguments.flag("csv"), arguments.flag("json") {
            throw arguments.misuse("--csv and --json exclude each other")
        }
        let manner = try arguments.choice("manner", of: FileSorter.Manner.names)
        guard manner == nil || arguments["sort-into"] != nil else {
            throw arguments.misuse("--manner goes with --sort-into")
        }
        let interval = try arguments.number("interval", in: 0.1...3600) ?? 1
        let folder = arguments.operand("DIR") ?? ""
        var watch = try FolderWatch(folder, takesPresent: arguments.flag("all"))
        var session = WatchSession(
            questions: PictureQuestions(top: nil, classifier: arguments["classifier"], arguments.client),
            sorter: try arguments["sort-into"].map { try FileSorter($0, manner: manner) },
            inbox: arguments.flag("keep-unknown") ? arguments.client : nil,
            format: arguments.flag("json") ? .json : arguments.flag("csv") ? .csv : .text, console: console)
        let stop = StopRequest()
        session.begin(folder)
        while !stop.isRaised {
            let ready = try watch.look()
            for start in stride(from: 0, to: ready.count, by: PictureQuestions.chunk) where !stop.isRaised {
                let part = Array(ready[start..<min(ready.count, start + PictureQuestions.chunk)])
                guard try session.ask(part) else { break }
                for path in part { watch.take(path) }
            }
            let next = ContinuousClock.now + .seconds(interval)
            while !stop.isRaised, ContinuousClock.now < next { try await Task.sleep(for: .milliseconds(50)) }
        }
        session.end(folder)
    }
}
