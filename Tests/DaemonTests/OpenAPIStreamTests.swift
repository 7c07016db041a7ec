import API
import Foundation
import Testing

@testable import Daemon

/// The description of streams against the lines that they hold.
@Suite struct OpenAPIStreamTests {
    private let document: JSONValue

    init() throws {
        var document = OpenAPIDocument()
        for entry in routeTable { try entry.describe(&document) }
        self.document = document.json
    }

    /// The kinds of lines that a stream may hold.
    private func kinds<E: StreamingEndpoint>(_ stream: E.Type) throws -> [JSONValue] {
        let operation = document["paths"]?[E.path]?[E.method.rawValue.lowercased()]
        let content = operation?["responses"]?["200"]?["content"]
        let line = try #require(content?[MediaType.lines]?["x-line"])
        #expect(content?[MediaType.events]?["x-line"] == line && line["anyOf"] != .array([]))
        guard case .array(let kinds)? = line["anyOf"] else { return [] }
        return kinds
    }

    /// The kinds that a line is of, to the last member.
    private func fits(_ line: some Encodable, _ kinds: [JSONValue]) throws -> Int {
        let value = try JSON.decode(JSONValue.self, from: JSON.encode(line))
        guard case .object(let members) = value else { return 0 }
        return kinds.count { matches(value, $0) && Set(members.keys) == self.members(of: $0) }
    }

    private func resolved(_ schema: JSONValue) -> JSONValue {
        guard let name = schema["$ref"]?.string?.split(separator: "/").last else { return schema }
        return document["components"]?["schemas"]?[String(name)] ?? .null
    }

    private func list(_ value: JSONValue?) -> [JSONValue] { if case .array(let all)? = value { all } else { [] } }

    private func members(of schema: JSONValue) -> Set<String> {
        let schema = resolved(schema)
        let parts = list(schema["allOf"]).map(members(of:))
        guard case .object(let own)? = schema["properties"] else { return parts.reduce([]) { $0.union($1) } }
        return Set(own.keys)
    }

    /// Whether a value is as a schema says.
    private func matches(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        let schema = resolved(schema)
        if let constant = schema["const"], constant != value { return false }
        guard list(schema["allOf"]).allSatisfy({ matches(value, $0) }) else { return false }
        if schema["anyOf"] != nil, !list(schema["anyOf"]).contains(where: { matches(value, $0) }) { return false }
        let types = schema["type"].map { $0.string.map { [$0] } ?? list($0).compactMap(\.string) }
        if let types, !types.contains(where: { names(of: value).contains($0) }) { return false }
        if case .array(let elements) = value, let items = schema["items"] {
            return elements.allSatisfy { matches($0, items) }
        }
        guard case .object(let members) = value else { return true }
        guard list(schema["required"]).allSatisfy({ members[$0.string ?? ""] != nil }) else { return false }
        return members.allSatisfy { name, member in schema["properties"]?[name].map { matches(member, $0) } ?? true }
    }

    /// The types of JSON Schema that a value has.
    private func names(of value: JSONValue) -> [String] {
        switch value {
        case .null: ["null"]
        case .bool: ["boolean"]
        case .integer: ["integer", "number"]
        case .number: ["number"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
    }

    @Test func `each line of the changes is described`() throws {
        let kinds = try kinds(WatchChanges.self)
        let entry = AuditEntry(id: 1, at: Date(), who: "uid 1", action: "a", subject: "b", detail: .null)
        #expect(try kinds.count == 1 && fits(ChangeEvent(entry), kinds) == 1)
    }

    @Test func `each line of a job is of one kind that is described`() throws {
        let kinds = try kinds(WatchJob.self)
        let counts = AnswerCounts(right: 1, unknown: 2)
        let changes: [ModelChangeEvent] = [
            .progress(EmbeddingProgress(done: 1, all: 2, rate: nil)), .progress(.init(done: 1, all: 2, rate: 3)),
            .change(ChangedAnswer(image: 1, character: "a", before: nil, after: "a")),
            .answers(AnswerTotals(images: 3, asked: 3, before: counts, after: counts, changed: 0)),
            .packs(RestingPacks(packs: ["p"], unnamed: ["a"], weaker: [], vectors: 1)),
            .swap(ModelSwap(model: "b", previous: "a", head: "mean", embedded: 1)),
        ]
        for change in changes { #expect(try fits(change, kinds) == 1, "\(change)") }
        let progress = WorkProgress(step: "copying", done: 1, total: 2).line
        #expect(try fits(progress, kinds) == 1)
        #expect(try fits(JobLaunch(resumed: true, time: Date()), kinds) == 1)
        for result in [JSONValue.null, .object(["bytes": 1])] {
            let end = JobEnd(id: 1, kind: .backUp, state: .finished, name: "a", error: nil, result: result)
            #expect(try fits(end, kinds) == 1)
        }
        for event in TrainingEventKind.allCases {
            #expect(try fits(["event": event], kinds) == 1)
            // What a training says of it is its own affair.
            let line: JSONValue = ["event": .string(event.rawValue), "loss": .number(0.5)]
            #expect(kinds.contains { matches(line, $0) })
        }
        // No other line is known.
        #expect(try fits(["event": "end"], kinds.filter { $0["allOf"] != nil }) == 0)
        #expect(!kinds.contains { matches(["id": 1], $0) })
    }

    @Test func `each line of the samples is described`() throws {
        for sample in try SampleRequest.all() where !sample.lines.isEmpty {
            let kinds = sample.endpoint == "WatchJob" ? try kinds(WatchJob.self) : try kinds(WatchChanges.self)
            for line in sample.lines { #expect(kinds.contains { matches(line, $0) }, "\(sample.endpoint)") }
        }
    }

    @Test func `only the changes go on without an end`() {
        guard case .object(let paths)? = document["paths"] else { return }
        let endless = paths.filter { $0.value["get"]?["x-endless"] == true }.map(\.key)
        #expect(endless == [WatchChanges.path])
    }
}
