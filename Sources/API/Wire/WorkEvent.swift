/// What work that takes long tells, a line each; the last is `end` or `error`.
public enum WorkEvent<End: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    case progress(WorkProgress)
    /// It is done.
    case end(End)
    /// Nothing has come of it.
    case error(ErrorCode, String)

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WorkEventKey.self)
        switch try container.decode(WorkEventKind.self, forKey: .event) {
        case .progress: self = .progress(try WorkProgress(from: decoder))
        case .end: self = .end(try End(from: decoder))
        case .error:
            // A newer daemon may know more codes.
            let code = ErrorCode(rawValue: try container.decode(String.self, forKey: .code)) ?? .internal
            self = .error(code, try container.decode(String.self, forKey: .message))
        }
    }

    /// The fields of an end and of progress stand beside `event`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WorkEventKey.self)
        switch self {
        case .progress(let progress):
            try container.encode(WorkEventKind.progress, forKey: .event)
            try progress.encode(to: encoder)
        case .end(let end):
            try container.encode(WorkEventKind.end, forKey: .event)
            try end.encode(to: encoder)
        case .error(let code, let message):
            try container.encode(WorkEventKind.error, forKey: .event)
            try container.encode(code.rawValue, forKey: .code)
            try container.encode(message, forKey: .message)
        }
    }
}

/// Of a generic type they would be one for each.
private enum WorkEventKey: String, CodingKey { case event, code, message }
private enum WorkEventKind: String, Codable { case progress, end, error }

/// How far a work is.
public struct WorkProgress: Codable, Sendable, Equatable {
    /// What is being done, in a word: `copying`, `writing`, `checking`, `reading`, `enrolling`, `comparing`.
    public var step: String
    /// In what the step counts: files, pictures, pages, answers.
    public var done: Int
    public var total: Int

    public init(step: String, done: Int, total: Int) {
        self.step = step
        self.done = done
        self.total = total
    }
}
