import API
import Client
import Report

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
