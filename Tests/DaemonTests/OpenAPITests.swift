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
            #expect((operation["requestBody"] != nil) == (entry.body != .none), "\(entry.path)")
            let names = entry.path.description.matches(of: /\{(\w+)\}/).map { String($0.1) }
            var parameters: [JSONValue] = []
            if case .array(let all) = operation["parameters"] { parameters = all }
            let inPath = parameters.filter { $0["in"]?.string == "path" }.compactMap { $0["name"]?.string }
            #expect(inPath.sorted() == names.sorted(), "\(entry.path)")
        }
    }

    /// The parameters are those that the endpoint's own documentation names: `` `GET /v1/audit?limit=&since=&before=` ``.
    @Test func `every query parameter is there`() throws {
        let paths = try members(try Self.document()["paths"])
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/API/Endpoints")
        var compared = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            guard let head = text.firstMatch(of: /`([A-Z]+) (\/[^`?]*)(?:\?([^`]*))?`/) else {
                throw Missing(what: file)
            }
            let operation = paths[String(head.2)]?[head.1.lowercased()]
            var parameters: [String] = []
            if case .array(let all) = operation?["parameters"] {
                parameters = all.filter { $0["in"]?.string == "query" }.compactMap { $0["name"]?.string }
            }
            let documented = (head.3 ?? "").split(separator: "&").map { $0.prefix { $0 != "=" } }
            #expect(parameters.sorted() == documented.map(String.init).sorted(), "\(file)")
            compared += 1
        }
        #expect(compared == routeTable.count)
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
            #expect(isObject || !texts(schema["enum"]).isEmpty, "\(name)")
            let properties = (try? members(schema["properties"]))?.keys.map { $0 } ?? []
            #expect(Set(texts(schema["required"])).isSubset(of: properties))
        }
    }

    @Test func `work that tells how far it is says what its lines are`() throws {
        let paths = try members(try Self.document()["paths"])
        for (path, method, field) in [
            ("/v1/backups", "post", "bytes"), ("/v1/bundles", "post", "rejections"),
            ("/v1/bundles/import", "post", "embedded"), ("/v1/heads/comparison", "get", "suggestion"),
        ] {
            let content = paths[path]?[method]?["responses"]?["200"]?["content"]?[MediaType.lines]
            let reference = try #require(content?["x-lines"]?["end"]?["$ref"]?.string, "\(path)")
            let name = try #require(reference.split(separator: "/").last)
            let schema = try Self.document()["components"]?["schemas"]?[String(name)]
            #expect(schema?["properties"]?[field] != nil, "\(path)")
        }
    }

    @Test func `every error code is there`() throws {
        let schemas = try members(try Self.document()["components"]?["schemas"])
        #expect(texts(schemas["ErrorCode"]?["enum"]) == ErrorCode.allCases.map(\.rawValue))
        #expect(texts(schemas["JobState"]?["enum"]) == JobState.allCases.map(\.rawValue))
        #expect(texts(schemas["Role"]?["enum"]) == ["reader", "operator"])
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
            Classification(
                image: nil, character: nil, unknown: true, candidates: [], meanDistance: nil, radius: nil, margin: nil,
                nearestImages: []), "Classification")
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

    @Test func `declared keys are described keys`() throws {
        let schemas = try members(try Self.document()["components"]?["schemas"])
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/API/Records")
        var compared = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for type in text.split(separator: "public struct ").dropFirst() {
                let name = String(type.prefix { $0.isLetter || $0.isNumber })
                guard let schema = schemas[name] else { continue }
                let properties = type.components(separatedBy: "public init(")[0].matches(
                    of: /public var (\w+): [^{\n]*\n/
                ).map { String($0.1) }
                #expect(try members(schema["properties"]).count == properties.count, "\(name)")
                compared += 1
            }
        }
        #expect(compared > 15)
    }
}
