import API
import Embedding
import Foundation
import Registry

/// The header `Idempotency-Key` of a request that queues a job; see ``JobEndpoint``.
enum IdempotencyKey {
    /// That of the request that the current task answers.
    @TaskLocal static var current: JobKey?

    /// - Parameter text: the header's value.
    /// - Throws: `bad_parameter` unless it is 1 to 255 visible ASCII characters.
    static func check(_ text: String?) throws(APIError) {
        guard let text else { return }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(.badParameter, "Idempotency-Key is 1 to 255 visible ASCII characters without spaces")
        }
    }

    /// The key of a request; nil when it carries none.
    static func of(_ matched: Router.Matched, _ body: RequestBody) -> JobKey? {
        guard let text = matched.head.key else { return nil }
        var content = Data("\(matched.route.method.rawValue) \(matched.route.path)\n".utf8)
        for values in [matched.parameters, matched.query] {
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { content += Data("\(name)=\(value)\n".utf8) }
        }
        if case .json(let json) = body { content += json }
        return JobKey(text, request: ContentHash.sha256(content))
    }
}
