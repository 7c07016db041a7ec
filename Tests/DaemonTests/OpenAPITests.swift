import API
import Foundation
import Testing

@testable import Daemon

/// The description of the API against the routes and messages themselves.
@Suite struct OpenAPITests {
    private static func document() throws -> JSONValue {
        var document = OpenAPIDocument()
        for entry in routeTable { try entry.describe(&document) }
        return document.json
    }

    private func members(_ value: JSONValue?) throws -> [String: JSONValue] {
        guard case .object(let members) = value else {
            throw Missing(what: "an object, not \(String(describing: value))")
        }
        return members
    }

    private func texts(_ value: JSONValue?) -> [String] {
        guard case .array(let values) = value else { return [] }
        return values.compactMap(\.string)
    }

    struct Missing: Error { let what: String }

    @Test func `every route is there, and nothing else`() throws {
        let paths = try members(try Self.document()["paths"])
        let described = try paths.flatMap { path, methods in
            try members(methods).keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(described) == Set(routeTable.map { "\($0.method.rawValue) \($0.path)" }))
        var identifiers: Set<String> = []
        for entry in routeTable {
            let operation = try members(paths[entry.path.description]?[entry.method.rawValue.lowercased()])
            let identifier = try #require(operation["operationId"]?.string)
            #expect(identifiers.insert(identifier).inserted)
            #expect(operation["x-role"]?.string == entry.role.rawValue)
            // Without a token of its own, an operation takes that of the whole document.
            #expect(operation["security"] == (entry.isPublic ? [] : nil), "\(entry.path)")
            #expect((operation["requestBody"] != nil) == (entry.body != .none), "\(entry.path)")
            let names = entry.path.description.matches(of: /\{(\w+)\}/).map { String($0.1) }
            var parameters: [JSONValue] = []
            if case .array(let all) = operation["parameters"] { parameters = all }
            let inPath = parameters.filter { $0["in"]?.string == "path" }.compactMap { $0["name"]?.string }
            #expect(inPath.sorted() == names.sorted(), "\(entry.path)")
        }
    }

    /// What the description says of a sample's request.
    private func operation(_ sample: SampleRequest, _ document: JSONValue) throws -> JSONValue {
        let entries = try routeTable.filter {
            try $0.method.rawValue == sample.method && $0.path.match(sample.path) != nil
        }
        // As the router does it: first a route of exactly this path.
        let entry = entries.first { $0.path.isLiteral } ?? entries.first
        let path = try #require(entry, "\(sample.endpoint)").path.description
        return try #require(document["paths"]?[path]?[sample.method.lowercased()])
    }

    /// The sample requests give every query parameter that their endpoints take, but for those that choose a face, which exclude each other.
    @Test func `every query parameter is there`() throws {
        let document = try Self.document()
        for sample in try SampleRequest.all() {
            var parameters: [String] = []
            if case .array(let all) = try operation(sample, document)["parameters"] {
                parameters = all.filter { $0["in"]?.string == "query" }.compactMap { $0["name"]?.string }
            }
            let faces = FaceSelection.parameters.intersection(parameters)
            #expect(faces.isEmpty || faces == FaceSelection.parameters, "\(sample.endpoint)")
            let given = Set(sample.query.keys)
            #expect(given.isSubset(of: parameters), "\(sample.endpoint)")
            #expect(Set(parameters).subtracting(faces) == given.subtracting(faces), "\(sample.endpoint)")
        }
    }

    /// Every reference leads somewhere, and every answer in JSON has a schema.
    @Test func `the document holds together`() throws {
        let document = try Self.document()
        let text = String(decoding: try JSON.encode(document), as: UTF8.self)
        let schemas = try members(document["components"]?["schemas"])
        let references = Set(text.matches(of: /#\/components\/schemas\/(\w+)/).map { String($0.1) })
        #expect(references.subtracting(schemas.keys) == [] && references.count > 40)
        for (name, schema) in schemas {
            let isObject = schema["type"]?.string == "object" && schema["properties"] != nil
            #expect(isObject || !texts(schema["enum"] ?? schema["x-extensible-enum"]).isEmpty, "\(name)")
            let properties = (try? members(schema["properties"]))?.keys.map { $0 } ?? []
            #expect(Set(texts(schema["required"])).isSubset(of: properties))
        }
    }

    @Test func `work as a job says what its result is, and takes a key`() throws {
        let paths = try members(try Self.document()["paths"])
        for (path, method, field) in [
            ("/v1/backups", "post", "bytes"), ("/v1/bundles", "post", "rejections"),
            ("/v1/bundles/import", "post", "embedded"), ("/v1/heads/comparison", "post", "suggestion"),
            ("/v1/calibration", "post", "identity"),
        ] {
            let content = paths[path]?[method]?["responses"]?["202"]?["content"]?[MediaType.json]
            #expect(content?["schema"]?["$ref"]?.string == "#/components/schemas/Job")
            let reference = try #require(content?["x-result"]?["$ref"]?.string, "\(path)")
            guard case .array(let parameters)? = paths[path]?[method]?["parameters"] else {
                Issue.record("\(path) has no parameters")
                continue
            }
            #expect(parameters.contains { $0["name"]?.string == "Idempotency-Key" && $0["in"]?.string == "header" })
            let name = try #require(reference.split(separator: "/").last)
            let schema = try Self.document()["components"]?["schemas"]?[String(name)]
            #expect(schema?["properties"]?[field] != nil, "\(path)")
        }
    }

    @Test func `every error code is there`() throws {
        let schemas = try members(try Self.document()["components"]?["schemas"])
        #expect(texts(schemas["ErrorCode"]?["x-extensible-enum"]) == ErrorCode.allCases.map(\.rawValue))
        #expect(texts(schemas["JobKind"]?["x-extensible-enum"]) == JobKind.allCases.map(\.rawValue))
        #expect(schemas["JobKind"]?["enum"] == nil)
        #expect(texts(schemas["JobState"]?["enum"]) == JobState.allCases.map(\.rawValue))
        #expect(texts(schemas["Role"]?["enum"]) == ["reader", "operator"])
    }

    @Test func `every field and every parameter is described in a sentence`() throws {
        let document = try Self.document()
        func check(_ value: JSONValue, _ place: String) {
            let text = value["description"]?.string ?? ""
            #expect(text.hasSuffix(".") && !text.contains("``"), "\(place): \(text)")
        }
        for (name, schema) in try members(document["components"]?["schemas"]) {
            guard let properties = schema["properties"] else { continue }
            for (key, field) in try members(properties) { check(field, "\(name).\(key)") }
        }
        for (path, methods) in try members(document["paths"]) {
            for (method, operation) in try members(methods) {
                guard case .array(let parameters)? = operation["parameters"] else { continue }
                for parameter in parameters {
                    check(parameter, "\(method) \(path) \(parameter["name"]?.string ?? "")")
                }
            }
        }
    }

    /// What a message holds when it is written is what its schema says, field by field.
    @Test func `every field of a message is there`() throws {
        let schemas = try members(try Self.document()["components"]?["schemas"])
        func compare(_ value: some Encodable, _ name: String) throws {
            let written = try members(JSON.decode(JSONValue.self, from: JSON.encode(value)))
            let schema = schemas[name]
            #expect(Set(try members(schema?["properties"]).keys) == Set(written.keys), "\(name)")
            #expect(texts(schema?["required"]) == written.keys.sorted(), "\(name)")
        }
        let image = EnrolledImage(
            id: 1, character: "a", sha256: "", format: "png", bytes: 1, width: 1, height: 1, source: "", addedAt: Date()
        )
        try compare(image, "EnrolledImage")
        try compare(EnrollImages.Duplicate(file: nil, image: image), "EnrollImagesDuplicate")
        try compare(
            Classification(image: nil, width: 1, height: 1, faces: []), "Classification")
        try compare(FaceAnswer.nobody, "FaceAnswer")
        try compare(ClassifyImages.Response(model: "", head: "", results: []), "ClassifyImagesResponse")
        try compare(Token(name: "", role: .reader, createdAt: Date()), "Token")
        try compare(
            Job(
                id: 1, kind: .pretrain, name: "", arguments: [], fromRegistry: false, state: .queued, createdAt: Date(),
                startedAt: nil, endedAt: nil, progress: nil, error: nil, model: nil, warnings: [], folder: ""),
            "Job")
        // Null where there is nothing: always there, and of no other type.
        #expect(
            schemas["Classification"]?["properties"]?["radius"]?["type"]
                == .array([.string("number"), .string("null")]))
        #expect(texts(schemas["StartJobRequest"]?["required"]) == ["arguments", "kind"])
        #expect(texts(schemas["CreateTokenRequest"]?["required"]) == ["name", "role"])
    }

    @Test func `every sample answer is as described`() throws {
        let document = try Self.document()
        var schemas: Set<String> = []
        for sample in try SampleRequest.all() {
            var contents: [JSONValue] = []
            for (_, response) in try members(try operation(sample, document)["responses"]) {
                if let content = response["content"] { contents += try members(content).values }
            }
            let content = try #require(contents.first, "\(sample.endpoint)")
            if let response = sample.response {
                try compare(response, content["schema"], document, &schemas, sample.endpoint)
            }
        }
        #expect(schemas.count > 40)
    }

    /// Compares an answer with its schema: an object has the described keys and no others.
    private func compare(
        _ value: JSONValue, _ schema: JSONValue?, _ document: JSONValue, _ seen: inout Set<String>, _ place: String
    ) throws {
        let schema = try #require(schema, "\(place) is not described")
        if let name = schema["$ref"]?.string?.split(separator: "/").last.map(String.init) {
            seen.insert(name)
            return try compare(value, document["components"]?["schemas"]?[name], document, &seen, place)
        }
        if case .array(let choices) = schema["anyOf"] {
            if value == .null {
                #expect(choices.contains(["type": "null"]), "\(place)")
            } else {
                try compare(value, choices.first, document, &seen, place)
            }
            return
        }
        let types = schema["type"].map { type in type.string.map { [$0] } ?? texts(type) }
        switch value {
        case .null: #expect(types?.contains("null") != false, "\(place) is null")
        case .bool: #expect(types?.contains("boolean") != false, "\(place)")
        case .integer: #expect(types.map { $0.contains("integer") || $0.contains("number") } != false, "\(place)")
        case .number: #expect(types?.contains("number") != false, "\(place)")
        case .string: #expect(types?.contains("string") != false, "\(place)")
        case .array(let items):
            #expect(types?.contains("array") != false, "\(place)")
            guard types != nil else { return }
            for item in items { try compare(item, schema["items"], document, &seen, place + "[]") }
        case .object(let fields):
            #expect(types?.contains("object") != false, "\(place)")
            guard let properties = schema["properties"] else { return }
            #expect(try members(properties).keys.sorted() == fields.keys.sorted(), "\(place)")
            for (name, field) in fields {
                try compare(field, properties[name], document, &seen, "\(place).\(name)")
            }
        }
    }
}
