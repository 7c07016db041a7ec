/// A path with parameters in braces, each a whole segment: `/v1/characters/{name}/images`.
public struct PathTemplate: Sendable, Equatable, CustomStringConvertible {
    private enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    public let description: String
    private let segments: [Segment]
    /// Whether it has no parameters, so that one comparison matches it. The daemon tries many templates for each request.
    public let isLiteral: Bool

    /// What the path is about: its word after `/v1`, or `service` for a path outside of `/v1`. A token may be limited to subjects.
    public let subject: String

    public init(_ text: String) {
        description = text
        segments = Self.split(text).map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? .parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
        }
        isLiteral = !text.contains("{")
        let words = text.split(separator: "/")
        subject = words.first == "v1" && words.count > 1 ? String(words[1]) : "service"
    }

    /// The path with its parameters filled in, percent-encoded.
    /// - Throws: `internal` when a parameter is missing.
    public func expand(_ parameters: [String: String]) throws(APIError) -> String {
        var path = ""
        for segment in segments {
            switch segment {
            case .literal(let text): path += "/" + text
            case .parameter(let name):
                guard let value = parameters[name] else {
                    throw APIError(.internal, "the path \(description) needs a value for \(name)")
                }
                path += "/" + PercentEncoding.encode(value)
            }
        }
        return path
    }

    /// The parameters of a path that has this shape, percent-decoded segment by segment; nil for another shape.
    ///
    /// An empty segment matches a parameter; the endpoint refuses an empty name.
    /// - Parameter path: the target without its query, still encoded.
    /// - Throws: `bad_request` for a broken percent escape.
    public func match(_ path: some StringProtocol) throws(APIError) -> [String: String]? {
        if isLiteral { return path == description ? [:] : nil }
        let parts = Self.split(path)
        guard parts.count == segments.count else { return nil }
        var encoded: [String: String] = [:]
        for (segment, part) in zip(segments, parts) {
            switch segment {
            case .literal(let text): guard text == part else { return nil }
            case .parameter(let name): encoded[name] = String(part)
            }
        }
        var parameters: [String: String] = [:]
        for (name, text) in encoded {
            guard let value = PercentEncoding.decode(text) else {
                throw APIError(.badRequest, "the path has a broken percent escape in “\(text)”")
            }
            parameters[name] = value
        }
        return parameters
    }

    private static func split<Text: StringProtocol>(_ path: Text) -> [Text.SubSequence] {
        Array(path.split(separator: "/", omittingEmptySubsequences: false).dropFirst())
    }
}
