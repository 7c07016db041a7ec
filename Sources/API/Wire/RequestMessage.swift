public import Foundation

/// The HTTP form of a request, decoded: path parameters, query and body.
public struct RequestMessage: Sendable, Equatable {
    /// Values of the path template's parameters, percent-decoded.
    public var parameters: [String: String]
    /// The query's values by name, percent-decoded.
    public var query: [String: String]
    public var body: RequestBody

    public init(parameters: [String: String] = [:], query: [String: String] = [:], body: RequestBody = .none) {
        self.parameters = parameters
        self.query = query
        self.body = body
    }

    /// A path parameter.
    /// - Throws: `internal` when the endpoint's template has no such parameter.
    public func parameter(_ name: String) throws(APIError) -> String {
        RequestRecorder.current?.reads(path: name, ["type": "string", "minLength": 1])
        guard let value = parameters[name] else {
            throw APIError(.internal, "the path has no parameter \(name)")
        }
        return value
    }

    /// A path parameter that is a positive whole number, such as an image's id.
    public func identifier(_ name: String) throws(APIError) -> Int64 {
        let text = try parameter(name)
        RequestRecorder.current?.reads(path: name, ["type": "integer", "format": "int64", "minimum": 1])
        guard let value = Int64(text), value > 0 else {
            throw APIError(.badParameter, "\(name) must be a positive whole number, not “\(text)”")
        }
        return value
    }

    /// A whole number in the query, or nil when absent.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        RequestRecorder.current?.reads(
            query: name,
            [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ])
        guard let text = query[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw APIError(
                .badParameter,
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not “\(text)”")
        }
        return value
    }

    /// A number in the query, or nil when absent.
    public func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        RequestRecorder.current?.reads(
            query: name,
            ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)])
        guard let text = query[name] else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw APIError(
                .badParameter, "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not “\(text)”"
            )
        }
        return value
    }

    /// Whether the query says `true`; false when absent.
    public func flag(_ name: String) throws(APIError) -> Bool {
        RequestRecorder.current?.reads(query: name, ["type": "boolean"])
        switch query[name] {
        case nil, "false": return false
        case "true": return true
        case .some(let text): throw APIError(.badParameter, "\(name) is true or false, not “\(text)”")
        }
    }

    /// A moment in the query, or nil when absent.
    public func time(_ name: String) throws(APIError) -> Date? {
        RequestRecorder.current?.reads(query: name, ["type": "string", "format": "date-time"])
        guard let text = query[name] else { return nil }
        guard let date = try? Date(text, strategy: .iso8601) else {
            throw APIError(.badParameter, "\(name) must be a time such as 2026-01-31T18:00:00Z, not “\(text)”")
        }
        return date
    }

    /// A text that the query must hold.
    /// - Parameter what: what the error calls it.
    public func required(_ name: String, _ what: String) throws(APIError) -> String {
        RequestRecorder.current?.reads(query: name, ["type": "string", "minLength": 1], isRequired: true)
        guard let text = query[name] else { throw APIError(.badParameter, "the query needs \(name), \(what)") }
        return text
    }

    /// Refuses query parameters that the endpoint does not know, so that a misspelled one is an error.
    public func allowQuery(_ names: Set<String>) throws(APIError) {
        RequestRecorder.current?.takes(names)
        guard let unknown = query.keys.filter({ !names.contains($0) }).min() else { return }
        let known = names.isEmpty ? "it takes none" : "it takes \(names.sorted().joined(separator: ", "))"
        throw APIError(.badParameter, "unknown query parameter “\(unknown)”; \(known)")
    }

    /// The body as a JSON value.
    public func json<Value: Decodable & Sendable>(_ type: Value.Type) throws(APIError) -> Value {
        RequestRecorder.current?.reads(body: type)
        guard case .json(let data) = body else {
            throw APIError(.badRequest, "the request needs a JSON body")
        }
        return try JSON.decode(type, from: data)
    }

    /// The path of the file that holds the body.
    public func file() throws(APIError) -> String {
        guard case .file(let path) = body else {
            throw APIError(.badRequest, "the request needs a safetensors file as its body")
        }
        return path
    }

    /// The image files in the body. A raw image is one file without a name.
    public func files() throws(APIError) -> [FilePart] {
        guard case .files(let files) = body, !files.isEmpty else {
            throw APIError(
                .badRequest, "the request holds no image: send one as the body, or several as multipart/form-data")
        }
        return files
    }
}

/// A request's body.
public enum RequestBody: Sendable, Equatable {
    case none
    /// UTF-8 JSON text.
    case json(Data)
    /// Image files: one file without a name is sent raw as `image/*`, anything else as multipart/form-data.
    case files([FilePart])
    /// The content of a file on disk, as application/octet-stream. The receiver gets a temporary file.
    case file(path: String)
}

/// One uploaded file.
public struct FilePart: Sendable, Equatable {
    /// The file's name as the sender gave it (the command line puts the path there); nil for a raw body.
    public var name: String?
    /// The declared media type. The daemon goes by the content.
    public var mediaType: String
    public var bytes: Data

    public init(name: String?, mediaType: String = "application/octet-stream", bytes: Data) {
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// The kind of body that an endpoint takes.
public enum BodyKind: Sendable, Equatable {
    case none
    /// application/json
    case json
    /// image/* (one image) or multipart/form-data (several)
    case images
    /// application/octet-stream, streamed to a file
    case file

    /// The largest body that the daemon accepts, in bytes.
    public var maximumBytes: Int {
        switch self {
        case .none: 0
        case .json: 1 << 20
        case .images: 128 << 20
        case .file: 1 << 30
        }
    }
}
