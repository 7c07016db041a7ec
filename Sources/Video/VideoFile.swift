import Foundation
import Platform

/// A video on disk: what FFmpeg says about it.
public struct VideoFile: Sendable, Equatable {
    public let path: String
    /// The size of its pictures as they are shown: upright, with square pixels.
    public let width, height: Int
    /// How long its pictures last, in milliseconds; nil if the file does not say.
    public let milliseconds: Int?
    /// The number of the stream with the pictures.
    let stream: Int
    /// Whether FFmpeg finds a moment in it by an index.
    let isIndexed: Bool

    /// - Throws: ``VideoError``.
    public init(_ path: String) throws(VideoError) {
        var info = stat()
        guard stat(path, &info) == 0, access(path, R_OK) == 0 else {
            throw VideoError(.unreadable, "cannot read \(path): \(VideoPrograms.reason(errno))")
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw VideoError(
                .unreadable, "cannot read \(path): a video must be a file, because parts of it are read again")
        }
        let report = try Self.report(of: path)
        guard let stream = report.streams.first(where: { $0.disposition?.attachedPicture != 1 }),
            let size = stream.shownSize
        else { throw VideoError(.noPictures, "\(path) has no pictures, only sound or nothing at all") }
        self.init(path: path, report, stream, size)
    }

    private init(path: String, _ report: Report, _ stream: Report.Stream, _ size: (width: Int, height: Int)) {
        self.path = path
        (width, height) = size
        self.stream = stream.index
        let seconds =
            stream.tags?.seconds ?? stream.duration.flatMap(Double.init) ?? report.format?.duration.flatMap(Double.init)
        milliseconds = seconds.flatMap { $0.isFinite && $0 > 0 && $0 < 1e9 ? Int(($0 * 1000).rounded()) : nil }
        let names = report.format?.names?.split(separator: ",").map(String.init) ?? []
        isIndexed = names.contains { VideoFormat.indexed.contains($0) }
    }

    /// Runs `ffprobe`.
    private static func report(of path: String) throws(VideoError) -> Report {
        let run = try VideoPrograms.start(
            "ffprobe",
            [
                "-v", "error", "-select_streams", "v", "-of", "json", "-show_entries",
                "stream=index,width,height,sample_aspect_ratio,duration:stream_disposition=attached_pic"
                    + ":stream_side_data=rotation:stream_tags=DURATION:format=format_name,duration",
            ] + VideoPrograms.input(path), patience: .seconds(60))
        let bytes = run.read(upTo: 1 << 20)
        switch run.end() {
        case .exited(0): break
        case .late: throw VideoError(.late, "ffprobe took more than 60 seconds to look at \(path)")
        case .exited, .killed: throw VideoError(.notVideo, refusal(of: path, run.lastMessage))
        }
        do { return try JSONDecoder().decode(Report.self, from: Data(bytes)) } catch {
            throw VideoError(.notVideo, "ffprobe does not understand \(path)")
        }
    }

    private static func refusal(of path: String, _ message: String?) -> String {
        guard let message else { return "\(path) is no video that FFmpeg can read" }
        if message.contains("not on whitelist") || message.contains("Invalid data found") {
            return
                "\(path) is no video in a format that AniWho reads (Matroska, WebM, MP4, QuickTime, AVI, FLV, MPEG, Ogg, ASF, RealMedia)"
        }
        return "\(path) cannot be read as a video: \(VideoPrograms.reason(message, path))"
    }
}

/// The JSON of `ffprobe`.
private struct Report: Decodable {
    struct Stream: Decodable {
        let index: Int
        let width, height: Int?
        let aspect, duration: String?
        let disposition: Disposition?
        let tags: Tags?
        let sides: [Side]?

        private enum CodingKeys: String, CodingKey {
            case index, width, height, duration, disposition, tags
            case aspect = "sample_aspect_ratio"
            case sides = "side_data_list"
        }

        /// In square pixels and upright; nil if the stream has no size.
        var shownSize: (width: Int, height: Int)? {
            guard let width, let height, width > 0, height > 0 else { return nil }
            let parts = aspect?.split(separator: ":").compactMap { Double($0) } ?? []
            let ratio = parts.count == 2 && parts[0] > 0 && parts[1] > 0 ? parts[0] / parts[1] : 1
            let wide = max(1, Int((Double(width) * min(max(ratio, 0.1), 10)).rounded()))
            let turn = sides?.lazy.compactMap(\.rotation).first ?? 0
            return Int(turn.rounded()) % 180 == 0 ? (wide, height) : (height, wide)
        }
    }

    struct Disposition: Decodable {
        let attachedPicture: Int?

        private enum CodingKeys: String, CodingKey { case attachedPicture = "attached_pic" }
    }

    struct Side: Decodable { let rotation: Double? }

    struct Tags: Decodable {
        let duration: String?

        private enum CodingKeys: String, CodingKey { case duration = "DURATION" }

        /// Matroska's `00:23:40.040000000`.
        var seconds: Double? {
            let parts = duration?.split(separator: ":").compactMap { Double($0) } ?? []
            return parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : nil
        }
    }

    struct Format: Decodable {
        let names, duration: String?

        private enum CodingKeys: String, CodingKey {
            case names = "format_name"
            case duration
        }
    }

    let streams: [Stream]
    let format: Format?
}
