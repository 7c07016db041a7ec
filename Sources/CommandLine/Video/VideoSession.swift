import API
import Client
import Foundation
import Video

/// Scans videos: reads their pictures, follows the faces, has the daemon name them, and keeps what was found if it is interrupted.
struct VideoSession {
    let every: Int
    let fromStart: Bool
    let eyes: VideoEyes
    let client: Client
    let console: Console
    private let stop = StopRequest()

    /// What was found is kept so often.
    private static let betweenSaves = Duration.seconds(10)

    init(every: Int, fromStart: Bool, eyes: VideoEyes, client: Client, console: Console) {
        (self.every, self.fromStart, self.eyes, self.client) = (every, fromStart, eyes, client)
        self.console = console
    }

    /// Scans a video to its end, or until Ctrl-C.
    /// - Returns: what was found, and why that is not all: the video is damaged, or the scan was stopped.
    /// - Throws: errors that leave nothing to report. What was found until then is kept.
    mutating func scan(_ path: String) throws -> (VideoReport, Failure?) {
        let video = try VideoFile(path)
        // Before the work that would be in vain without the daemon.
        _ = try client.call(CheckReadiness.self)
        let store = ScanStore(video, settings: "\(every) \(VideoFrames.longSide) \(eyes.identity)")
        var scan = VideoScan()
        if !fromStart, let kept = store.load() {
            scan = kept
            console.note("\(Visible.line(path)): going on from \(Show.time(Double(scan.next * every) / 1000))")
        }
        let problem: VideoError?
        do { problem = try read(video, into: &scan, store) } catch {
            store.save(scan)
            throw error
        }
        let isStopped = problem == nil && stop.isRaised
        // What goes on later has its open tracks still.
        let isKept = isStopped && store.save(scan)
        if !isStopped { store.remove() }
        try scan.end(client)
        let report = VideoReport(video, every: every, scan, complete: problem == nil && !isStopped)
        if let problem { return (report, Failure(problem)) }
        guard isStopped else { return (report, nil) }
        let place = "\(path): stopped at \(Show.time(Double(scan.next * every) / 1000))"
        return (report, Failure(.stopped, isKept ? "\(place). The same command goes on from there" : place))
    }

    /// Looks at the pictures that are left.
    /// - Returns: what is wrong with the video, if it does not go on to its end.
    private func read(_ video: VideoFile, into scan: inout VideoScan, _ store: ScanStore) throws -> VideoError? {
        let frames = try VideoFrames(of: video, every: every, from: scan.next)
        let progress = frames.count.map { ProgressBar("looking", total: $0, console: console) }
        var saved = ContinuousClock.now
        while !stop.isRaised {
            let frame: VideoFrame?
            do throws(VideoError) { frame = try frames.next() } catch { return error }
            guard let frame else { break }
            try scan.add(frame, eyes, client)
            progress?.update(frame.number + 1)
            if ContinuousClock.now - saved > Self.betweenSaves {
                store.save(scan)
                saved = .now
            }
        }
        return nil
    }
}
