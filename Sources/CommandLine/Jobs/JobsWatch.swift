import API
import Client
import Foundation
import Options
import Synchronization

enum JobsWatch: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho jobs watch", summary: "follow a job to its end",
        discussion: """
            On a terminal a line shows how far the job is. Elsewhere, and with --json, the command prints every event as a line of
            JSON. Ctrl-C ends the command and not the job. The exit status says how the job ended.
            """,
        operands: [.job])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let job = try arguments.job
        let interrupt = leaveOnInterrupt(job.id, console)
        defer { interrupt.cancel() }
        let printsLines = console.isJSON || !console.isReadByPerson
        let last = Mutex<JobEnd?>(nil)
        try arguments.client.stream(WatchJob.self, job) { line in
            let event = try? JSON.decode(JSONValue.self, from: line)
            if event?["event"]?.string == JobEnd.event {
                last.withLock { $0 = try? JSON.decode(JobEnd.self, from: line) }
            }
            if printsLines {
                console.print(String(decoding: line, as: UTF8.self))
            } else if let event {
                draw(event, console)
            }
        }
        let end = try check(last.withLock { $0 }, of: job.id)
        if !printsLines { console.print(clear + JobText.end(end)) }
    }

    /// - Throws: ``Failure`` when a job did not end well.
    @discardableResult
    static func check(_ end: JobEnd?, of id: Int64) throws -> JobEnd {
        guard let end else {
            throw Failure(.unreachable, "the daemon ended the watching of job \(id) early; its log may say why")
        }
        switch end.state {
        case .finished: return end
        case .failed, .cancelled: throw Failure(.jobFailed, JobText.end(end))
        case .queued, .running: throw Failure(.unreachable, JobText.end(end))
        }
    }

    /// Moves to the start of the line and clears it.
    private static let clear = "\r\u{1B}[K"

    /// One line that changes with every step. The lines of an epoch, of a run of a comparison and of a model change stay.
    private static func draw(_ event: JSONValue, _ console: Console) {
        switch event["event"]?.string {
        case "epoch", "answers", "run", "swap": console.print(exact: clear + Visible.text(JobText.progress(event)))
        case "progress", "features", "prototypes":
            if !console.isQuiet { console.print(exact: clear + Visible.line(JobText.progress(event)), terminator: "") }
        case JobEnd.event: console.print(exact: clear, terminator: "")
        default: break
        }
    }

    /// Ctrl-C ends this process, which holds nothing that must be released.
    static func leaveOnInterrupt(_ id: Int64, _ console: Console) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            console.note("\njob \(id) goes on; watch it again with: aniwho jobs watch \(id)")
            exit(ExitCode.interrupted.rawValue)
        }
        source.resume()
        return source
    }
}
