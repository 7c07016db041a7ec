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

    /// Every kind of line that the stream may hold.
    static var lines: [StreamLine] { get }

    /// Whether it goes on for as long as somebody reads and the daemon runs; false unless declared.
    static var isEndless: Bool { get }
}

extension StreamingEndpoint {
    public static var method: HTTPMethod { .get }
    public static var body: BodyKind { .none }
    public static var isEndless: Bool { false }
}

/// A kind of line of a stream: an object whose member `event` says what happened.
public struct StreamLine: Sendable {
    /// What `event` is; nil if the type says so itself, because it has several.
    public let event: String?
    /// The type of the line's members.
    public let type: any (Decodable & Sendable).Type

    public init(_ event: String?, _ type: any (Decodable & Sendable).Type) { (self.event, self.type) = (event, type) }
}

/// How far the work is.
public struct WorkProgress: Codable, Sendable, Equatable {
    /// The step, in a word: `copying`, `writing`, `checking`, `reading`, `enrolling`, `comparing`.
    public var step: String
    /// In the unit of the step: files, pictures, pages, answers.
    public var done: Int
    /// As much as the step has in all.
    public var total: Int

    public init(step: String, done: Int, total: Int) {
        self.step = step
        self.done = done
        self.total = total
    }

    /// The `event` of lines that report it.
    public static let event = "progress"
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
