import API
import Client
import Foundation
import Options
import Video

/// `aniwho classify` for videos: who appears when.
enum ClassifyVideo {
    static let options = [
        Option("every", "TIME", help: "of videos, look at a picture every 1s, 500ms, 2m (default: 1s)"),
        Option("vtt", "FILE", help: "of a video, also write its chapters to this file, as WebVTT"),
        Option("from-start", help: "of videos, do not go on from where the same command was interrupted"),
    ]

    /// Options of `classify` that say nothing about videos.
    private static let forPictures =
        ["classifier", "top", "sort-into", "groups", "keep-unknown", "files-from", Together.option.name]
        + FaceOptions.all.map(\.name)

    /// Whether the operands are videos. Pictures are left to the rest of `classify`.
    /// - Throws: `UsageError` when there are both, or options do not fit; ``Failure`` when a file cannot be read.
    static func isMeant(by arguments: Arguments) throws -> Bool {
        let paths = arguments.list("IMAGE")
        let videos = paths.filter(isVideo)
        let option = options.map(\.name).first { arguments[$0] != nil }
        guard !videos.isEmpty || option != nil else { return false }
        if let other = paths.first(where: { !isVideo($0) }) {
            guard !videos.isEmpty else {
                throw arguments.misuse("--\(option ?? "every") is about videos, and \(other) is none")
            }
            throw arguments.misuse("\(videos[0]) is a video and \(other) is none: classify them with separate commands")
        }
        guard !paths.isEmpty else { throw arguments.misuse("IMAGE is missing: name a video") }
        if let wrong = forPictures.first(where: { arguments[$0] != nil }) {
            throw arguments.misuse("--\(wrong) is about pictures, and \(videos[0]) is a video")
        }
        if arguments["vtt"] != nil, videos.count > 1 { throw arguments.misuse("--vtt takes one video") }
        return true
    }

    private static func isVideo(_ path: String) -> Bool {
        guard path != "-", let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        var info = stat()
        // A pipe could not be read again.
        guard fstat(file.fileDescriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return false }
        return (try? file.read(upToCount: 512)).flatMap { $0 }.map { VideoFormat.detects([UInt8]($0)) } ?? false
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let every = try interval(arguments)
        let printsCSV = arguments.flag("csv")
        if printsCSV, console.isJSON { throw arguments.misuse("--csv and --json exclude each other") }
        let chapters = try arguments["vtt"].map { path throws(Failure) in try OutputFile(path) }
        let videos = arguments.list("IMAGE")
        var session = VideoSession(
            every: every, fromStart: arguments.flag("from-start"), eyes: try VideoEyes(), client: arguments.client,
            console: console)
        var reports: [VideoReport] = []
        var failures: [Failure] = []
        for path in videos {
            do {
                let (report, failure) = try session.scan(path)
                reports.append(report)
                if let failure { failures.append(failure) }
            } catch {
                failures.append(Failure(error))
            }
            // After the others, the next ones would fail too.
            guard failures.last.map({ $0.exitCode == .badInput || $0.exitCode == .notFound }) ?? true else { break }
        }
        if let report = reports.first { try chapters?.write(Data(Chapters.webVTT(report.times).utf8)) }
        if console.isJSON {
            try console.print(json: reports)
        } else if printsCSV {
            console.print(csv: [VideoReport.columns] + reports.flatMap(\.rows))
        } else {
            for report in reports { show(report, of: videos.count, console) }
        }
        if let last = failures.last {
            throw Failure(failures, of: videos.count, "videos", "could not be classified to the end", code: last.code)
        }
    }

    private static func show(_ report: VideoReport, of count: Int, _ console: Console) {
        if count > 1 { console.print("\(Visible.line(report.video)):") }
        if report.appearances.isEmpty { console.print("no faces") } else { console.print(report.table) }
        console.note("\(Visible.line(report.video)): \(report.summary)")
    }

    /// The value of `--every` in milliseconds.
    private static func interval(_ arguments: Arguments) throws -> Int {
        guard let text = arguments["every"] else { return 1000 }
        guard let value = milliseconds(text), VideoFrames.intervals.contains(value) else {
            throw arguments.misuse("--every takes a time from 20ms to 60m, such as 1s, 500ms or 2m, not “\(text)”")
        }
        return value
    }

    /// A time with its unit, in milliseconds; nil for anything else. A number without a unit is seconds.
    static func milliseconds(_ text: String) -> Int? {
        guard let parts = text.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?)(ms|s|m)?/), let number = Double(parts.1) else {
            return nil
        }
        let units: [Substring: Double] = ["ms": 1, "m": 60_000]
        let unit = parts.2.flatMap { units[$0] } ?? 1000
        let value = (number * unit).rounded()
        return value >= 1 && value < 1e9 ? Int(value) : nil
    }
}
