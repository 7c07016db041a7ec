/// What takes bytes from outside, with what must hold whatever they are. Fed by `scripts/fuzz`, and in the tests by what it has found.
public enum FuzzTarget: String, CaseIterable, Sendable {
    case images, safetensors, requests, decoders, replies, bundles

    /// - Throws: ``BrokenPromise``; that bytes are refused is no failure.
    public func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        switch self {
        case .images: try FuzzedImages.feed(bytes)
        case .safetensors: try FuzzedSafetensors.feed(bytes)
        case .requests: try FuzzedRequests.feed(bytes)
        case .decoders: try FuzzedDecoders.feed(bytes)
        case .replies: try FuzzedReplies.feed(bytes)
        case .bundles: try FuzzedBundles.feed(bytes)
        }
    }
}

/// Something that must always hold and did not.
public struct BrokenPromise: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    /// - Throws: itself where `holds` is false.
    static func check(_ holds: Bool, _ promise: @autoclosure () -> String) throws(BrokenPromise) {
        if !holds { throw BrokenPromise(promise()) }
    }
}
