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

/// What is asked, printed and done while a folder is watched.
struct WatchSession {
    enum Format { case text, csv, json }

    private var questions: PictureQuestions
    private let sorter: FileSorter?
    /// Where unknown pictures are kept; nil where they are not.
    private var inbox: Client?
    private let format: Format
    private let console: Console
    private var (asked, unknown) = (0, 0)
    private var isDaemonAway = false
    private var warned = 0

    init(questions: PictureQuestions, sorter: FileSorter?, inbox: Client?, format: Format, console: Console) {
        self.questions = questions
        self.sorter = sorter
        self.inbox = inbox
        self.format = format
        self.console = console
    }

    func begin(_ folder: String) {
        if format == .csv { console.print(CSV.text([PictureAnswer.columns]), terminator: "") }
        console.complain("watching \(folder); Ctrl-C ends it")
    }

    /// Asks about pictures and prints the answers; says of bad ones that they are.
    /// - Returns: false when the daemon cannot answer now, and they are to be asked about again.
    /// - Throws: what waiting does not mend.
    mutating func ask(_ paths: [String]) throws -> Bool {
        do {
            for result in try questions.ask(paths) {
                switch result {
                case .success(let answer): try take(answer)
                case .failure(let failure): console.complain("aniwho: \(failure.message)")
                }
            }
        } catch {
            let failure = Failure(error)
            // Away, starting, changing its model, or asked too often.
            guard failure.exitCode == .unreachable || failure.exitCode == .conflict else { throw failure }
            if !isDaemonAway { console.complain("aniwho: waiting for the daemon: \(failure.message)") }
            isDaemonAway = true
            return false
        }
        isDaemonAway = false
        for warning in questions.warnings.dropFirst(warned) { console.warn(warning) }
        warned = questions.warnings.count
        return true
    }

    private mutating func take(_ answer: PictureAnswer) throws {
        if let sorter { _ = try sorter.put(answer.image, under: answer.character) }
        if answer.unknown, let inbox {
            do { _ = try PictureUpload.keep([answer.image], inbox) } catch let error as ClientError
                where error.code == .inboxFull
            {
                console.warn("no more unknown pictures are kept: \(error.message)")
                self.inbox = nil
            }
        }
        asked += 1
        if answer.unknown { unknown += 1 }
        switch format {
        case .csv: console.print(CSV.text([answer.row]), terminator: "")
        case .json: console.print(String(decoding: try JSON.encode(answer), as: UTF8.self))
        case .text:
            let probability = answer.nearest.map { ", \(Show.percent($0.probability))" } ?? ""
            console.print("\(answer.image): \(answer.verdict)\(answer.unknown ? "" : probability)")
        }
    }

    func end(_ folder: String) {
        console.complain("\(Show.count(asked, "picture")) in \(folder), \(unknown) unknown")
    }
}
