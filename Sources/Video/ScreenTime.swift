/// When a character is on the screen without a break.
public struct ScreenTime: Sendable, Equatable {
    /// nil for somebody unknown.
    public let character: String?
    /// Milliseconds from the beginning of the video.
    public let start: Int
    public private(set) var end: Int
    /// The tracks that it is made of, by their indices in what was joined.
    public private(set) var tracks: [Int]

    public init(character: String?, start: Int, end: Int, tracks: [Int] = []) {
        precondition(start <= end, "a time ends after it begins")
        (self.character, self.start, self.end, self.tracks) = (character, start, end, tracks)
    }

    /// A character who is away for no longer, in milliseconds, has not been away.
    public static let longestBreak = 3000

    /// Joins the times of one character that overlap or lie near each other. Those of unknown faces stay apart, because they may be several
    /// people.
    /// - Parameter times: in any order. Their own ``tracks`` are replaced by their indices.
    /// - Returns: by their beginnings.
    public static func joined(_ times: [ScreenTime], longestBreak: Int = longestBreak) -> [ScreenTime] {
        var result: [ScreenTime] = []
        var open: [String: Int] = [:]
        let order = times.indices.sorted { (times[$0].start, times[$0].end, $0) < (times[$1].start, times[$1].end, $1) }
        for index in order {
            let time = times[index]
            if let name = time.character, let place = open[name], time.start - result[place].end <= longestBreak {
                result[place].end = max(result[place].end, time.end)
                result[place].tracks.append(index)
                continue
            }
            if let name = time.character { open[name] = result.count }
            result.append(ScreenTime(character: time.character, start: time.start, end: time.end, tracks: [index]))
        }
        return result
    }
}
