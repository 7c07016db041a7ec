import Foundation
import Synchronization

/// Records what an endpoint reads of a request.
final class RequestRecorder: Sendable {
    struct Parameter: Sendable {
        var schema: JSONValue
        var isRequired: Bool
    }

    struct Noted: Sendable {
        /// nil until the endpoint has declared its parameters.
        var query: [String: Parameter]?
        var path: [String: JSONValue] = [:]
        var body: (any (Decodable & Sendable).Type)?
    }

    /// The recorder of the current task, if there is one.
    @TaskLocal static var current: RequestRecorder?

    private let state = Mutex(Noted())

    /// Lets an endpoint read a sample request, and returns what it read.
    static func reading<R: EndpointRequest>(_ type: R.Type, path: String, body: BodyKind) -> Noted {
        let names = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        let sample = RequestMessage(
            parameters: Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }), body: RequestBody(sampleOf: body))
        let recorder = RequestRecorder()
        // An error does not matter: the endpoint has read the sample before it refuses a value.
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
