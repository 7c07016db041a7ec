import API
import Foundation

/// A line of a ``LineChannel`` that reports on long work. The last line is `end` or `error`.
enum WorkEvent<End: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    case progress(WorkProgress)
    /// The work is done, with this result.
    case end(End)
    /// The work failed.
    case error(ErrorCode, String)

    init(from decoder: any Decoder) throws {
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

    /// The fields of a result and of progress stand beside `event`.
    func encode(to encoder: any Encoder) throws {
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

// Nested in the generic type, there would be one of each for every `End`.
private enum WorkEventKey: String, CodingKey { case event, code, message }
private enum WorkEventKind: String, Codable { case progress, end, error }
