import Foundation
import Synchronization

/// Notes what an endpoint reads of a request while it reads one.
final class RequestRecorder: Sendable {
    struct Parameter: Sendable {
        var schema: JSONValue
        var isRequired: Bool
    }

    struct Noted: Sendable {
        /// nil while the endpoint has not said which it takes.
        var query: [String: Parameter]?
        var path: [String: JSONValue] = [:]
        var body: (any (Decodable & Sendable).Type)?
    }

    /// The one that notes in this task, if any does.
    @TaskLocal static var current: RequestRecorder?

    private let state = Mutex(Noted())

    /// What an endpoint reads of its requests.
    static func reading<R: EndpointRequest>(_ type: R.Type, path: String, body: BodyKind) -> Noted {
        let names = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        let sample = RequestMessage(
            parameters: Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }), body: RequestBody(sampleOf: body))
        let recorder = RequestRecorder()
        // What does not suit the endpoint in a sample does not matter: it is read by then.
        _ = $current.withValue(recorder) { try? R(message: sample) }
        return recorder.state.withLock { $0 }
    }

    func takes(_ names: Set<String>) {
        let all = names.map { ($0, Parameter(schema: ["type": "string"], isRequired: false)) }
        state.withLock { $0.query = Dictionary(uniqueKeysWithValues: all) }
    }

    func reads(query name: String, _ schema: JSONValue, isRequired: Bool = false) {
        state.withLock { $0.query?[name] = Parameter(schema: schema, isRequired: isRequired) }
    }

    func reads(path name: String, _ schema: JSONValue) { state.withLock { $0.path[name] = schema } }

    func reads(body type: any (Decodable & Sendable).Type) { state.withLock { $0.body = type } }
}

extension RequestBody {
    fileprivate init(sampleOf kind: BodyKind) {
        self =
            switch kind {
            case .none: .none
            case .json: .json(Data("{}".utf8))
            case .images: .files([FilePart(name: nil, bytes: Data())])
            case .file: .file(path: "")
            }
    }
}
