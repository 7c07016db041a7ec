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

extension StreamingEndpoint {
    public static var method: HTTPMethod { .get }
    public static var body: BodyKind { .none }
}

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
