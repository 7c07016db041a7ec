public import Foundation

/// An operation of the API whose answer is a stream of JSON lines (NDJSON).
///
/// Empty lines keep the connection alive and mean nothing.
public protocol StreamingEndpoint: Sendable {
    associatedtype Request: EndpointRequest

    /// GET unless declared.
    static var method: HTTPMethod { get }

    /// The path as a template, as ``Endpoint/path``.
    static var path: String { get }

    /// The kind of body a request carries. `none` unless declared.
    static var body: BodyKind { get }
}

/// A streaming endpoint whose lines are the ``WorkEvent``s of one piece of work. A request that is refused at once gets an error
/// answer without a stream.
public protocol WorkEndpoint: StreamingEndpoint {
    /// The result of the work.
    associatedtype End: Codable & Sendable & Equatable
}

extension StreamingEndpoint {
    public static var method: HTTPMethod { .get }
    public static var body: BodyKind { .none }
}

/// A line of the stream that reports on long work. The last line is `end` or `error`.
public enum WorkEvent<End: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    case progress(WorkProgress)
    /// The work is done, with this result.
    case end(End)
    /// The work failed.
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

    /// The fields of a result and of progress stand beside `event`.
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

// Nested in the generic type, there would be one of each for every `End`.
private enum WorkEventKey: String, CodingKey { case event, code, message }
private enum WorkEventKind: String, Codable { case progress, end, error }

/// How far the work is.
public struct WorkProgress: Codable, Sendable, Equatable {
    /// The step, in a word: `copying`, `writing`, `checking`, `reading`, `enrolling`, `comparing`.
    public var step: String
    /// In the unit of the step: files, pictures, pages, answers.
    public var done: Int
    public var total: Int

    public init(step: String, done: Int, total: Int) {
        self.step = step
        self.done = done
        self.total = total
    }
}

/// Splits bytes that arrive in pieces into lines.
public struct LineSplitter: Sendable {
    /// The most bytes of a line. Longer lines are dropped.
    public static let maximumBytes = 1 << 20

    private var rest = Data()
    private var isDropping = false

    public init() {}

    /// The lines that a piece completes, without line ends and without empty lines.
    public mutating func append(_ bytes: Data) -> [Data] {
        var lines: [Data] = []
        var bytes = bytes[...]
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[..<end]
            bytes = bytes[(end + 1)...]
            if !isDropping, !rest.isEmpty, rest.count <= Self.maximumBytes { lines.append(rest) }
            (rest, isDropping) = (Data(), false)
        }
        rest += bytes
        if rest.count > Self.maximumBytes { (rest, isDropping) = (Data(), true) }
        return lines
    }
}
