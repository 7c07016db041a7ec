import Foundation

/// The description of the API in OpenAPI 3.1, for programs that generate or test clients.
///
/// Methods, paths and media types are what the endpoints declare. Parameters and messages come from a dry run of the code that
/// reads and writes them, and what they mean from the comments in the sources.
public struct OpenAPIDocument {
    private var paths: [String: [String: JSONValue]] = [:]
    private let builder = SchemaBuilder()

    public init() {}

    /// Who may call an operation.
    public struct Access: Sendable {
        /// The role that it takes.
        let role: String
        /// Whether it takes neither a token nor a session.
        let isPublic: Bool
        /// Whether its answer rests on the registry, whose revision it then names.
        let restsOnRegistry: Bool

        public init(role: String, isPublic: Bool = false, restsOnRegistry: Bool) {
            (self.role, self.isPublic, self.restsOnRegistry) = (role, isPublic, restsOnRegistry)
        }
    }

    /// - Throws: the error of a message's type that cannot be described.
    public mutating func add<E: Endpoint>(_ endpoint: E.Type, _ access: Access) throws {
        let content: JSONValue =
            switch E.responseKind {
            case .json: try [MediaType.json: ["schema": builder.schema(E.Response.self, of: .answer)]]
            case .text(let type): [type: ["schema": ["type": "string"]]]
            case .bytes(let types):
                .object(Dictionary(uniqueKeysWithValues: types.map { ($0, ["schema": Self.binary]) }))
            }
        try add(
            String(describing: E.self), E.method, E.path, E.body, E.Request.self, access, status: E.successStatus,
            content: content)
    }

    /// An operation whose answer is a stream. `x-line` is the schema of a line and of an event's data; `x-endless` marks a stream that does
    /// not end by itself.
    /// - Throws: the error of a message's type that cannot be described.
    public mutating func add<E: StreamingEndpoint>(_ endpoint: E.Type, _ access: Access) throws {
        let kinds = try E.lines.map { try schema($0) }
        let lines: JSONValue = ["schema": ["type": "string"], "x-line": ["anyOf": .array(kinds)]]
        try add(
            String(describing: E.self), E.method, E.path, E.body, E.Request.self, access, status: 200,
            content: [MediaType.lines: lines, MediaType.events: lines], headers: [Self.lastEvent],
            marks: E.isEndless ? ["x-endless": true] : [:])
    }

    /// The schema of lines of one kind: the members of their type and, beside them, `event`.
    private func schema(_ kind: StreamLine) throws -> JSONValue {
        let members = try builder.schema(kind.type, of: .answer)
        guard let event = kind.event else { return members }
        return [
            "allOf": [
                members,
                ["type": "object", "required": ["event"], "properties": ["event": ["const": .string(event)]]],
            ]
        ]
    }

    /// An operation that queues a job. For work on what is enrolled, `x-result` is the schema of the job's `result`.
    /// - Throws: the error of a message's type that cannot be described.
    public mutating func add<E: JobEndpoint>(_ endpoint: E.Type, _ access: Access) throws {
        var content: [String: JSONValue] = ["schema": try builder.schema(Job.self, of: .answer)]
        if let work = E.self as? any WorkEndpoint.Type { content["x-result"] = try outcome(of: work) }
        try add(
            String(describing: E.self), E.method, E.path, E.body, E.Request.self, access, status: E.successStatus,
            content: [MediaType.json: .object(content)], headers: [Self.key])
    }

    private func outcome<E: WorkEndpoint>(of work: E.Type) throws -> JSONValue {
        try builder.schema(E.Outcome.self, of: .answer)
    }

    private static let key: JSONValue = [
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The caller's next request with this key and the same content gets the same job.",
        "schema": ["type": "string", "pattern": "^[!-~]{1,255}$"],
    ]
    private static let leastRevision: JSONValue = [
        "name": .string(RevisionHeader.least), "in": "header", "required": false,
        "description":
            "The answer is to rest on this revision of the registry or a later one: the largest that an answer named in AniWho-Revision.",
        "schema": ["type": "integer", "format": "int64", "minimum": 0],
    ]
    private static let lastEvent: JSONValue = [
        "name": "Last-Event-ID", "in": "header", "required": false,
        "description":
            "With Accept: text/event-stream, the id of the last event that arrived; the answer goes on after it.",
        "schema": ["type": "string", "pattern": "^[0-9]{1,18}$"],
    ]

    private mutating func add<R: EndpointRequest>(
        _ name: String, _ method: HTTPMethod, _ path: String, _ body: BodyKind, _ request: R.Type, _ access: Access,
        status: Int, content: JSONValue, headers: [JSONValue] = [], marks: [String: JSONValue] = [:]
    ) throws {
        let noted = RequestRecorder.reading(request, path: path, body: body)
        var operation: [String: JSONValue] = [
            "operationId": .string(name.prefix(1).lowercased() + name.dropFirst()),
            "summary": .string(Self.summary(name)),
            "tags": [.string(PathTemplate(path).subject)], "x-role": .string(access.role),
            "responses": [
                String(status): ["description": "Success.", "content": content],
                "default": ["$ref": "#/components/responses/Error"],
            ],
        ]
        operation.merge(marks) { $1 }
        if access.isPublic { operation["security"] = [] }
        if let text = Descriptions.of(name) { operation["description"] = .string(text) }
        let parameters =
            Self.parameters(noted, of: SchemaBuilder.name(of: request)) + headers
            + (access.restsOnRegistry ? [Self.leastRevision] : [])
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let content = try requestContent(body, noted) {
            operation["requestBody"] = ["required": true, "content": content]
        }
        paths[path, default: [:]][method.rawValue.lowercased()] = .object(operation)
    }

    private static func parameters(_ noted: RequestRecorder.Noted, of request: String) -> [JSONValue] {
        func parameter(_ name: String, in place: String, _ schema: JSONValue, isRequired: Bool) -> JSONValue {
            let bare: JSONValue = [
                "name": .string(name), "in": .string(place), "required": .bool(isRequired), "schema": schema,
            ]
            return bare.described(Descriptions.of(parameter: name, in: request))
        }
        let path = noted.path.sorted { $0.key < $1.key }.map { name, schema in
            parameter(name, in: "path", schema, isRequired: true)
        }
        let query = (noted.query ?? [:]).sorted { $0.key < $1.key }.map { name, query in
            parameter(name, in: "query", query.schema, isRequired: query.isRequired)
        }
        return path + query
    }

    private func requestContent(_ body: BodyKind, _ noted: RequestRecorder.Noted) throws -> JSONValue? {
        switch body {
        case .none: return nil
        case .json: return try noted.body.map { [MediaType.json: ["schema": try builder.schema($0, of: .request)]] }
        case .file: return [MediaType.octetStream: ["schema": Self.binary]]
        case .images:
            let form: JSONValue = [
                "type": "object", "required": ["image"],
                "properties": ["image": ["type": "array", "minItems": 1, "items": Self.binary]],
            ]
            let pictures = MediaType.pictures.map { ($0, JSONValue.object(["schema": Self.binary])) }
            return .object(
                Dictionary(uniqueKeysWithValues: pictures + [(MediaType.multipart, .object(["schema": form]))]))
        }
    }

    private static let binary: JSONValue = ["type": "string", "format": "binary"]

    /// `Classify images` for `ClassifyImages`.
    private static func summary(_ name: String) -> String {
        let words = name.matches(of: /[A-Z]+(?![a-z])|[A-Z][a-z]+/).map { String($0.output) }
        return words.enumerated().map { $0 == 0 || $1.allSatisfy(\.isUppercase) ? $1 : $1.lowercased() }.joined(
            separator: " ")
    }

    private static let error: JSONValue = [
        "type": "object", "required": ["error"],
        "properties": [
            "error": [
                "type": "object", "required": ["code", "message"], "description": "What went wrong.",
                "properties": [
                    "code": ["$ref": "#/components/schemas/ErrorCode", "description": "For programs."],
                    "message": ["type": "string", "description": "What was wrong and what to do."],
                ],
            ]
        ],
    ]

    /// The whole document.
    public var json: JSONValue {
        let codes = Descriptions.enumeration("ErrorCode", ErrorCode.allCases.map(\.rawValue), isOpen: true)
        let schemas = builder.components.merging(["Error": Self.error, "ErrorCode": codes]) { $1 }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "AniWho", "version": .string(Version.current),
                "description":
                    "Names anime characters in pictures. Over the Unix socket, the kernel identifies the caller; over TCP, a token does.",
                "license": ["name": "MIT", "identifier": "MIT"],
            ],
            "servers": [["url": "/"]], "security": [["token": []]],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(schemas),
                "responses": [
                    "Error": [
                        "description": "An error, with the status of its code.",
                        "content": [MediaType.json: ["schema": ["$ref": "#/components/schemas/Error"]]],
                    ]
                ],
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            ],
        ]
    }
}
