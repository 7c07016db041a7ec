public import Foundation

/// Cuts bytes that arrive in pieces into lines.
public struct LineSplitter: Sendable {
    /// The most bytes a line may have; a longer one is dropped.
    public static let maximumBytes = 1 << 20

    private var rest = Data()
    private var isDropping = false

    public init() {}

    /// The lines that a piece completes, without their ends; empty ones are left out.
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
