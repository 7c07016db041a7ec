import API
import Foundation
import Options
import Video

/// What `aniwho watch --every` does with new videos.
struct VideoWatch {
    private let session: VideoSession
    private let console: Console
    private var isDaemonAway = false

    /// - Returns: nil without `--every`.
    /// - Throws: `UsageError`; ``Failure`` when the detector is missing.
    init?(_ arguments: Arguments, _ console: Console, _ stop: StopRequest) throws {
        guard let every = try ClassifyVideo.interval(arguments) else { return nil }
        guard !arguments.flag("csv") else {
            throw arguments.misuse("--csv has one line for each picture: leave out --every")
        }
        self.console = console
        session = VideoSession(
            every: every, fromStart: false, eyes: try VideoEyes(), client: arguments.client, console: console,
            stop: stop)
    }

    /// Tells videos from pictures by their names, as the folder was searched for them.
    static func split(_ paths: [String]) -> (videos: [String], pictures: [String]) {
        func isVideo(_ path: String) -> Bool {
            VideoFormat.extensions.contains((path as NSString).pathExtension.lowercased())
        }
        return (paths.filter(isVideo), paths.filter { !isVideo($0) })
    }

    /// Scans a video and prints who appears when, or what is wrong with it.
    /// - Returns: false when the daemon cannot answer now, or Ctrl-C came; scan it again later.
    /// - Throws: errors that waiting does not mend.
    mutating func scan(_ path: String) throws -> Bool {
        do {
            let (report, failure) = try session.scan(path)
            if let failure, failure.code == .stopped {
                console.note("aniwho: \(failure.message)")
                return false
            }
            try show(report)
            if let failure { console.complain(failure) }
        } catch {
            let failure = Failure(error)
            if failure.exitCode == .unreachable || failure.exitCode == .conflict {
                if !isDaemonAway { console.note("aniwho: waiting for the daemon: \(failure.message)") }
                isDaemonAway = true
                return false
            }
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            console.complain(failure)
        }
        isDaemonAway = false
        return true
    }

    private func show(_ report: VideoReport) throws {
        if console.isJSON { return try console.print(jsonLine: report) }
        if report.appearances.isEmpty { console.print("\(Visible.line(report.video)): no faces") }
        for appearance in report.appearances {
            let name = report.verdict(appearance)
            console.print(
                "\(Visible.line(report.video)) \(Show.time(appearance.from))–\(Show.time(appearance.to)): \(Visible.line(name))"
            )
        }
    }
}
