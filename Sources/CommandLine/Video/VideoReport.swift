import API
import Video

/// Who appears when in a video.
struct VideoReport: Encodable {
    let video: String
    /// Seconds; nil if the file does not say.
    let duration: Double?
    /// Seconds between two pictures that were looked at.
    let every: Double
    /// The number of pictures that were looked at.
    let pictures: Int
    /// Whether the scan came to the end of the video.
    let complete: Bool
    let appearances: [Appearance]
    let tracks: [Track]

    /// A time in which a character is on the screen without a break of more than three seconds.
    struct Appearance: Encodable {
        let character: String?
        let unknown: Bool
        /// As that of its most probable track.
        let certain: Bool
        let probability: Double?
        /// Seconds from the beginning of the video.
        let from, to: Double
        /// The number of pictures with the face.
        let faces: Int
        /// The indices of its tracks.
        let tracks: [Int]
    }

    /// A face in successive pictures of one scene. The answer's keys stand beside its own.
    struct Track: Encodable {
        let from, to: Double
        let track: NamedTrack

        private enum CodingKeys: String, CodingKey {
            case from, to, faces, independentImages, model, head, calibration
        }

        func encode(to encoder: any Encoder) throws {
            try track.answer.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
            try container.encode(track.faces, forKey: .faces)
            try container.encode(track.independentImages, forKey: .independentImages)
            try container.encode(track.model, forKey: .model)
            try container.encode(track.head, forKey: .head)
            try container.encode(track.calibration, forKey: .calibration)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case video, duration, every, pictures, complete, appearances, tracks
    }

    /// The same as ``appearances``, for chapters.
    let times: [ScreenTime]

    /// - Parameter every: milliseconds between two pictures.
    init(_ file: VideoFile, every: Int, _ scan: VideoScan, complete: Bool) {
        video = file.path
        duration = file.milliseconds.map { Double($0) / 1000 }
        self.every = Double(every) / 1000
        (pictures, self.complete) = (scan.next, complete)
        let named = scan.named.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
        // A face is there until the next picture, which does not show it.
        let times = named.map { track in
            let end = (track.last + 1) * every
            return ScreenTime(
                character: track.answer.character, start: track.first * every,
                end: max(track.first * every, min(end, file.milliseconds ?? end)))
        }
        tracks = zip(times, named).map { Track(from: Double($0.start) / 1000, to: Double($0.end) / 1000, track: $1) }
        self.times = ScreenTime.joined(times)
        appearances = self.times.map { time in
            let parts = time.tracks.map { named[$0] }
            let best = parts.max { ($0.answer.probability ?? 0) < ($1.answer.probability ?? 0) }
            return Appearance(
                character: time.character, unknown: time.character == nil, certain: best?.answer.certain ?? false,
                probability: best?.answer.probability, from: Double(time.start) / 1000, to: Double(time.end) / 1000,
                faces: parts.reduce(0) { $0 + $1.faces }, tracks: time.tracks)
        }
    }
}

/// The report as people and tables have it.
extension VideoReport {
    static let columns = ["video", "from", "to", "character", "probability", "certain"]

    var rows: [[String]] {
        appearances.map {
            [
                video, "\($0.from)", "\($0.to)", $0.character ?? "", $0.probability.map { "\($0)" } ?? "",
                $0.certain ? "yes" : "no",
            ]
        }
    }

    var table: TextTable {
        var table = TextTable(
            ("FROM", .right), ("TO", .right), ("CHARACTER", .left), ("PROBABILITY", .right), ("FACES", .right))
        for appearance in appearances {
            let name =
                appearance.character.map { appearance.certain ? $0 : "probably \($0), not sure" }
                ?? nearest(appearance).map { "unknown (nearest: \($0))" } ?? "unknown (nobody is enrolled)"
            table.add(
                Show.time(appearance.from), Show.time(appearance.to), name,
                appearance.probability.map { Show.percent($0) } ?? "", String(appearance.faces))
        }
        return table
    }

    private func nearest(_ appearance: Appearance) -> String? {
        let answers = appearance.tracks.map { tracks[$0].track.answer }
        return answers.first?.candidates.first { $0.rejection == nil }?.character
    }

    /// For each character the seconds on the screen, the longest first: `Rei 5 min 3 s, Asuka 2 s`.
    var summary: String {
        var seconds: [String: Double] = [:]
        for appearance in appearances {
            if let name = appearance.character { seconds[name, default: 0] += appearance.to - appearance.from }
        }
        let shown = seconds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let names = shown.map { "\($0.key) \(Show.duration($0.value))" }.joined(separator: ", ")
        let unknown = Show.count(appearances.count(where: \.unknown), "unknown face")
        return names.isEmpty ? unknown : "\(names); \(unknown)"
    }
}

extension Show {
    /// A moment of a video: `0:07`, `1:02:03`, `0:07.5`.
    static func time(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let (whole, rest) = (milliseconds / 1000, milliseconds % 1000)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let hours = whole / 3600
        let clock =
            hours > 0 ? "\(hours):\(two(whole / 60 % 60)):\(two(whole % 60))" : "\(whole / 60):\(two(whole % 60))"
        guard rest > 0 else { return clock }
        let digits = String(1000 + rest).dropFirst()
        return "\(clock).\(digits.reversed().drop { $0 == "0" }.reversed().map(String.init).joined())"
    }
}
