/// What a backup tells while it is written, a line each; the last is `end` or `error`.
public enum BackupEvent: Codable, Sendable, Equatable {
    /// So many pages of so many are copied.
    case progress(done: Int, total: Int)
    /// The backup is whole and on the disk.
    case end(file: String, bytes: Int)
    /// There is no backup.
    case error(ErrorCode, String)

    private enum CodingKeys: String, CodingKey { case event, done, total, file, bytes, code, message }
    private enum Kind: String, Codable { case progress, end, error }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .event) {
        case .progress:
            self = .progress(
                done: try container.decode(Int.self, forKey: .done),
                total: try container.decode(Int.self, forKey: .total))
        case .end:
            self = .end(
                file: try container.decode(String.self, forKey: .file),
                bytes: try container.decode(Int.self, forKey: .bytes))
        case .error:
            // A newer daemon may know more codes.
            let code = ErrorCode(rawValue: try container.decode(String.self, forKey: .code)) ?? .internal
            self = .error(code, try container.decode(String.self, forKey: .message))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .progress(let done, let total):
            try container.encode(Kind.progress, forKey: .event)
            try container.encode(done, forKey: .done)
            try container.encode(total, forKey: .total)
        case .end(let file, let bytes):
            try container.encode(Kind.end, forKey: .event)
            try container.encode(file, forKey: .file)
            try container.encode(bytes, forKey: .bytes)
        case .error(let code, let message):
            try container.encode(Kind.error, forKey: .event)
            try container.encode(code.rawValue, forKey: .code)
            try container.encode(message, forKey: .message)
        }
    }
}
