import API
import Foundation
import Testing

/// The members of requests' bodies, as the description has them, against what decoding does without them.
struct RequestMemberTests {
    private static let withBodies = RequestFileTests.endpoints.filter { $0.body == .json }

    /// The description of one endpoint's body, and the body of its sample.
    private func described<E: Endpoint>(
        _ endpoint: E.Type
    ) throws -> (members: Set<String>, required: Set<String>, body: [String: JSONValue]) {
        var document = OpenAPIDocument()
        try document.add(E.self, .init(role: "reader", restsOnRegistry: true))
        let operation = document.json["paths"]?[E.path]?[E.method.rawValue.lowercased()]
        let content = operation?["requestBody"]?["content"]?[MediaType.json]
        let name = try #require(content?["schema"]?["$ref"]?.string?.split(separator: "/").last.map { String($0) })
        let schema = try #require(document.json["components"]?["schemas"]?[name])
        guard case .object(let properties)? = schema["properties"] else { return ([], [], [:]) }
        var required: [String] = []
        if case .array(let names)? = schema["required"] { required = names.compactMap(\.string) }
        let file = RequestFileTests.samples.appending(path: "requests/\(E.self).json")
        let sample = try JSON.decode(JSONValue.self, from: Data(contentsOf: file))
        guard case .object(let body)? = sample["body"] else { return (Set(properties.keys), Set(required), [:]) }
        return (Set(properties.keys), Set(required), body)
    }

    /// The error of a request with this body; nil if it is read.
    private func refusal<E: Endpoint>(_ endpoint: E.Type, _ body: [String: JSONValue]) throws -> APIError? {
        let parameters = E.path.matches(of: /\{(\w+)\}/).map { (String($0.1), "1") }
        let message = RequestMessage(
            parameters: Dictionary(uniqueKeysWithValues: parameters), body: .json(try JSON.encode(body)))
        do { _ = try E.Request(message: message) } catch { return error }
        return nil
    }

    @Test(arguments: withBodies.map { "\($0)" })
    func `a member is required if a request without it is refused`(name: String) throws {
        let endpoint = try #require(Self.withBodies.first { "\($0)" == name })
        try check(endpoint)
    }

    private func check<E: Endpoint>(_ endpoint: E.Type) throws {
        let (members, required, body) = try described(E.self)
        #expect(Set(body.keys).isSubset(of: members) && required.isSubset(of: body.keys))
        for member in members {
            let refusal = try refusal(E.self, body.filter { $0.key != member })
            let lacks = refusal?.message.contains("lacks the key “\(member)”") == true
            #expect(lacks == required.contains(member), "\(member): \(refusal?.message ?? "read")")
        }
    }

    @Test func `some members may be missing, and some may not`() throws {
        let all = try Self.withBodies.map { try described($0) }
        #expect(all.reduce(0) { $0 + $1.required.count } > 15)
        #expect(all.reduce(0) { $0 + $1.members.count - $1.required.count } > 15)
    }
}
