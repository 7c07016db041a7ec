public import Imaging
import Platform

/// A picture of a video: what is shown at a moment.
public struct VideoFrame: Sendable, Equatable {
    /// Its moment is so many intervals after the beginning.
    public let number: Int
    public let image: Image
}

/// Pictures of a video at equal intervals, from `ffmpeg`: the frame that is shown at 0, at one interval, at two intervals and so on.
///
/// One picture is in memory at a time; `ffmpeg` decodes the next one meanwhile.
public final class VideoFrames {
    /// The longest side of a picture, in pixels. Larger videos are scaled down.
    public static let longSide = 960
    /// The intervals that pictures may have, in milliseconds.
    public static let intervals = 20...3_600_000

    public let video: VideoFile
    /// The interval in milliseconds.
    public let every: Int
    /// The size of the pictures.
    public let width, height: Int
    private let run: ChildReader
    private let patience: Duration
    private var number: Int
    private var isAtEnd = false

    /// A seek may land so much too late if a file's index is coarse.
    private static let seekMargin = 10_000

    /// Starts to read.
    /// - Parameters:
    ///   - every: the interval in milliseconds, one of ``intervals``.
    ///   - first: the number of the first picture to read.
    ///   - patience: how long to wait for a picture.
    /// - Throws: ``VideoError``.
    public init(
        of video: VideoFile, every: Int, from first: Int = 0, patience: Duration = .seconds(120)
    ) throws(VideoError) {
        precondition(Self.intervals.contains(every) && first >= 0)
        (self.video, self.every, number, self.patience) = (video, every, first, patience)
        let scale = min(1, Double(Self.longSide) / Double(max(video.width, video.height)))
        width = max(1, Int((Double(video.width) * scale).rounded()))
        height = max(1, Int((Double(video.height) * scale).rounded()))
        run = try VideoPrograms.start(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-threads", "2"] + Self.seek(video, to: first * every)
                + VideoPrograms.input(video.path) + [
                    "-map", "0:\(video.stream)", "-vf", Self.filter(every, from: first, width, height), "-an", "-sn",
                    "-dn",
                    "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
                ], patience: patience)
    }

    /// Times stay those of the whole video, so that a picture is the same whether the ones before it were read or not.
    private static func seek(_ video: VideoFile, to milliseconds: Int) -> [String] {
        let start = milliseconds - seekMargin
        guard video.isIndexed, start > 0 else { return [] }
        return ["-noaccurate_seek", "-ss", "\(start)ms", "-copyts", "-start_at_zero"]
    }

    /// The filter `fps` shows the last frame at or before each moment if it rounds up.
    private static func filter(_ every: Int, from first: Int, _ width: Int, _ height: Int) -> String {
        let start = Double(first * every) / 1000
        return
            "fps=1000/\(every):start_time=\(start):round=up:eof_action=pass,scale=\(width):\(height):flags=area,setsar=1"
    }

    /// How many pictures there are, if the file says how long it is.
    public var count: Int? { video.milliseconds.map { max(1, ($0 + every - 1) / every) } }

    /// The next picture; nil at the end.
    /// - Throws: ``VideoError`` with `damaged` or `late`.
    public func next() throws(VideoError) -> VideoFrame? {
        guard !isAtEnd else { return nil }
        run.deadline = .now + patience
        let pixels = run.read(upTo: width * height * 3)
        guard pixels.count == width * height * 3 else {
            isAtEnd = true
            try end(isBetweenPictures: pixels.isEmpty)
            return nil
        }
        defer { number += 1 }
        return VideoFrame(number: number, image: Image(width: width, height: height, pixels: pixels))
    }

    private func end(isBetweenPictures: Bool) throws(VideoError) {
        let ending = run.end()
        let said = run.lastMessage.map { ": " + VideoPrograms.reason($0, video.path) } ?? ""
        switch ending {
        case .late:
            throw VideoError(
                .late, "ffmpeg returned no picture of \(video.path) in \(patience.components.seconds) seconds\(said)")
        case .killed(let signal):
            throw VideoError(.damaged, "ffmpeg crashed on \(video.path) (signal \(signal))\(said)")
        case .exited(let status) where status != 0 || !isBetweenPictures:
            throw VideoError(.damaged, "\(video.path) is damaged\(said)")
        case .exited:
            guard number > 0 else {
                throw VideoError(.noPictures, "\(video.path) has no picture that can be decoded\(said)")
            }
            if let reason = missing { throw VideoError(.damaged, "\(video.path) \(reason)\(said)") }
        }
    }

    /// What is missing at the end of a video that is shorter than it says. Sound may last a little longer than the pictures.
    private var missing: String? {
        guard let whole = video.milliseconds, whole - number * every > max(5000, whole / 50) + every else { return nil }
        return "ends early: it has pictures for \(number * every / 1000) of \(whole / 1000) seconds"
    }
}
