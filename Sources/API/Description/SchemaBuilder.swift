import Foundation
import Geometry

/// Makes JSON Schemas of the API's messages from the code that reads and writes them.
final class SchemaBuilder {
    /// Who writes a message: it decides which members are required.
    enum Side {
        /// The caller. It may leave out what decoding does without.
        case request
        /// The daemon. It writes every member, `null` or not.
        case answer
    }

    /// A type that has different schemas in requests and in answers, so that one name does not do.
    struct Ambiguous: Error { let type: String }

    /// The schemas of named types, by name.
    private(set) var components: [String: JSONValue] = [:]

    /// The schema of a type.
    /// - Throws: ``Ambiguous``; what the type's decoding throws.
    func schema<T: Decodable>(_ type: T.Type, of side: Side) throws -> JSONValue {
        try describe(type, of: side, omittingOptionals: false).schema
    }

    /// - Parameter omittingOptionals: whether the value lacks its optional members.
    /// - Returns: a schema, and some value of the type.
    func describe<T: Decodable>(
        _ type: T.Type, of side: Side, omittingOptionals: Bool
    ) throws -> (schema: JSONValue, value: T) {
        if let (schema, value) = Self.plain(type) { return (schema, value) }
        if let (names, value) = Self.choices(type) {
            let name = Self.name(of: type)
            let isOpen = type is any GrowingEnumeration.Type
            return (try reference(name, Descriptions.enumeration(name, names, isOpen: isOpen)), value)
        }
        let decoder = DryDecoder(builder: self, side: side, omitsOptionals: omittingOptionals)
        let value = try T(from: decoder)
        // Without its optional members, a value does not show its whole schema.
        guard !omittingOptionals else { return ([:], value) }
        let shape = decoder.shape
        if let items = shape.items { return (["type": "array", "items": items], value) }
        if let single = shape.single { return (single, value) }
        if shape.isDictionary {
            return (["type": "object", "additionalProperties": shape.properties["key"] ?? [:]], value)
        }
        return (try reference(Self.name(of: type), try object(type, side, shape)), value)
    }

    private func reference(_ name: String, _ schema: JSONValue) throws -> JSONValue {
        let known = components.updateValue(schema, forKey: name)
        guard known == nil || known == schema else { throw Ambiguous(type: name) }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    private func object<T: Decodable>(_ type: T.Type, _ side: Side, _ shape: DryDecoder.Shape) throws -> JSONValue {
        var required = Set(shape.properties.keys).subtracting(shape.optional)
        // An answer writes its optional members even without a value.
        if side == .answer,
            let bare = try T(from: DryDecoder(builder: self, side: side, omitsOptionals: true)) as? any Encodable,
            case .object(let members) = try JSON.decode(JSONValue.self, from: JSON.encode(bare))
        {
            required.formUnion(members.keys)
        }
        let owner = Self.name(of: type)
        let properties = shape.properties.map { name, schema in
            let whole = shape.optional.contains(name) ? Self.nullable(schema) : schema
            return (name, whole.described(Descriptions.of(name, in: owner)))
        }
        var schema: [String: JSONValue] = [
            "type": "object", "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
        ]
        if !required.isEmpty { schema["required"] = .array(required.sorted().map { .string($0) }) }
        return JSONValue.object(schema).described(Descriptions.of(owner))
    }

    private static func nullable(_ schema: JSONValue) -> JSONValue {
        if let type = schema["type"] { return schema.adding(["type": [type, "null"]]) }
        return schema == [:] ? schema : ["anyOf": [schema, ["type": "null"]]]
    }

    /// The schema and a value of a basic type; nil for other types.
    private static func plain<T>(_ type: T.Type) -> (JSONValue, T)? {
        let known: [(JSONValue, Any)] = [
            (["type": "boolean"], false), (["type": "string"], ""), (["type": "integer", "format": "int64"], 1),
            (["type": "integer", "format": "int64"], Int64(1)), (["type": "number", "format": "double"], 1.0),
            (["type": "number", "format": "float"], Float(1)),
            (["type": "string", "format": "date-time"], Date(timeIntervalSince1970: 0)), ([:], JSONValue.null),
        ]
        for (schema, sample) in known {
            if let value = sample as? T, Swift.type(of: sample) == type { return (schema, value) }
        }
        return box(type)
    }

    /// The same of a box, whose four numbers an array of one element cannot show.
    private static func box<T>(_ type: T.Type) -> (JSONValue, T)? {
        guard type == PixelBox.self, let value = PixelBox(0, 0, 1, 1) as? T else { return nil }
        let schema: JSONValue = [
            "type": "array", "items": ["type": "integer", "minimum": 0], "minItems": 4, "maxItems": 4,
            "description": "An array of left, top, width and height in pixels.",
        ]
        return (schema, value)
    }

    /// The names of an enumeration's cases and one case; nil for other types.
    private static func choices<T>(_ type: T.Type) -> ([String], T)? {
        func all<E: CaseIterable>(_ type: E.Type) -> [Any] { type.allCases.map { $0 } }
        guard let enumeration = type as? any CaseIterable.Type else { return nil }
        let cases = all(enumeration)
        let names = cases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        guard names.count == cases.count, let first = cases.first as? T else { return nil }
        return (names, first)
    }

    /// `ClassifyImagesResponse` for `API.ClassifyImages.Response`. The name of a private type has one more part, in parentheses.
    static func name<T>(of type: T.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().filter { !$0.hasPrefix("(") }.joined()
    }
}
