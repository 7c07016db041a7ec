import API

/// What long work tells: how far it is, and at last its end or its error.
enum WorkEvent: Sendable {
    case progress(WorkProgress)
    /// The work is done, with this result.
    case end(any Encodable & Sendable)
    /// The work failed.
    case error(ErrorCode, String)
}

extension WorkProgress {
    /// As a line of a job's events, which begins with the event's name.
    var line: some Encodable { Line(progress: self) }

    private struct Line: Encodable {
        let progress: WorkProgress

        private enum CodingKeys: String, CodingKey { case event }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(WorkProgress.event, forKey: .event)
            try progress.encode(to: encoder)
        }
    }
}
