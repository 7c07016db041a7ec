import API
import Client
import Foundation
import Options

enum Watch: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho watch", summary: "name the characters in new pictures of a folder",
        discussion: """
            Looks into the folder, not into those below it, every --interval seconds. A picture is classified when two looks find it
            unchanged, so that it is whole, and again when it changes. While the daemon is away, pictures wait. Ctrl-C ends the
            command with status 0.
            """,
        operands: [Operand("DIR", help: "the folder")],
        options: [
            Option("all", help: "also classify the pictures that are there already"),
            Option("interval", "SECONDS", help: "seconds between two looks, 0.1 to 3600 (default: 1)"),
            Option("classifier", "NAME", help: "ask this trained classifier (default: the enrolled pictures answer)"),
        ] + FaceOptions.forMany + FileSorter.options + SidecarWriter.options + [
            Option("keep-unknown", help: "keep unknown pictures in the inbox: see aniwho inbox list"),
            Option("csv", help: "print comma-separated values: image, character, probability, distance, certain, box"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if arguments.flag("csv"), console.isJSON {
            throw arguments.misuse("--csv and --json exclude each other")
        }
        let interval = try arguments.number("interval", in: 0.1...3600) ?? 1
        let folder = arguments.word("DIR")
        var watch = try FolderWatch(folder, takesPresent: arguments.flag("all"))
        var session = WatchSession(
            questions: PictureQuestions(
                top: nil, classifier: arguments["classifier"],
                try FaceOptions.selection(arguments, pictures: 2, FaceOptions.forMany),
                arguments.client),
            sorter: try FileSorter.given(arguments), sidecars: try SidecarWriter.given(arguments),
            inbox: arguments.flag("keep-unknown") ? arguments.client : nil,
            format: console.isJSON ? .json : arguments.flag("csv") ? .csv : .text, console: console)
        let stop = StopRequest()
        session.begin(folder)
        while !stop.isRaised {
            let ready = try watch.look()
            for start in stride(from: 0, to: ready.count, by: PictureQuestions.chunk) where !stop.isRaised {
                let part = Array(ready[start..<min(ready.count, start + PictureQuestions.chunk)])
                guard try session.ask(part.map(PictureInput.init(file:))) else { break }
                // It has no end of its own at which a full disk would be reported.
                try OutputStream.standard.check()
                for path in part { watch.take(path) }
            }
            let next = ContinuousClock.now + .seconds(interval)
            while !stop.isRaised, ContinuousClock.now < next { try await Task.sleep(for: .milliseconds(50)) }
        }
        try session.end(folder)
    }
}

/// What `aniwho watch` asks, prints and does with new pictures.
struct WatchSession {
    enum Format { case text, csv, json }

    private var questions: PictureQuestions
    private let sorter: FileSorter?
    private var sidecars: SidecarWriter?
    /// Keeps unknown pictures in the inbox; nil where they are not kept.
    private var inbox: Client?
    private let format: Format
    private let console: Console
    private var (asked, unknown) = (0, 0)
    /// Pictures that could not be put into their folders, and that could not be written about.
    private var (unsorted, unwritten) = (0, 0)
    private var isDaemonAway = false
    private var warned = 0

    init(
        questions: PictureQuestions, sorter: FileSorter?, sidecars: SidecarWriter?, inbox: Client?, format: Format,
        console: Console
    ) {
        self.questions = questions
        self.sorter = sorter
        self.sidecars = sidecars
        self.inbox = inbox
        self.format = format
        self.console = console
    }

    func begin(_ folder: String) {
        if format == .csv { console.print(csv: [PictureAnswer.columns]) }
        console.note("watching \(folder); Ctrl-C ends it")
    }

    /// Classifies pictures and prints the answers and the bad pictures.
    /// - Returns: false when the daemon cannot answer now; ask again later.
    /// - Throws: errors that waiting does not mend.
    mutating func ask(_ pictures: [PictureInput]) throws -> Bool {
        do {
            for result in try questions.ask(pictures) {
                switch result {
                case .success(let answer): try take(answer)
                case .failure(let failure): console.complain(failure)
                }
            }
        } catch {
            let failure = Failure(error)
            // Away, starting, changing its model, or asked too often.
            guard failure.exitCode == .unreachable || failure.exitCode == .conflict else { throw failure }
            if !isDaemonAway { console.note("aniwho: waiting for the daemon: \(failure.message)") }
            isDaemonAway = true
            return false
        }
        isDaemonAway = false
        for warning in questions.warnings.dropFirst(warned) { console.warn(warning) }
        warned = questions.warnings.count
        return true
    }

    private mutating func take(_ answer: PictureAnswer) throws {
        do { _ = try sorter?.put(answer.picture, of: answer.characters) } catch {
            unsorted += 1
            console.complain(Failure(error))
        }
        do { try sidecars?.write(answer) } catch {
            unwritten += 1
            console.complain(Failure(error))
        }
        if answer.answer.faces.contains(where: \.unknown), let inbox {
            do { _ = try PictureUpload.keep(unknownOf: [answer], inbox) } catch let error as ClientError
                where error.code == .inboxFull
            {
                console.warn("no more unknown pictures are kept: \(error.message)")
                self.inbox = nil
            }
        }
        asked += 1
        if answer.characters.isEmpty { unknown += 1 }
        switch format {
        case .csv: console.print(csv: answer.rows)
        case .json: try console.print(jsonLine: answer)
        case .text:
            console.print("\(Visible.line(answer.picture.path)): \(answer.verdict)")
        }
    }

    /// - Throws: ``Failure`` when pictures could not be put into their folders or written about, which was said of each.
    func end(_ folder: String) throws(Failure) {
        console.note("\(Show.count(asked, "picture")) in \(folder), \(unknown) unknown")
        guard unsorted == 0 else {
            throw Failure(
                .storage, "\(unsorted) of \(Show.count(asked, "picture")) could not be put into their folders")
        }
        guard unwritten == 0 else {
            throw Failure(.storage, "\(unwritten) of \(Show.count(asked, "picture")) could not be written about")
        }
    }
}
