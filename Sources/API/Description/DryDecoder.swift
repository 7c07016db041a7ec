/// A decoder without data. A type that decodes itself with it shows which members it has.
struct DryDecoder: Decoder {
    /// What the type asked for.
    final class Shape {
        /// The members of an object, with their schemas.
        var properties: [String: JSONValue] = [:]
        /// The members that may be absent or null.
        var optional: Set<String> = []
        /// Whether the type asked for all keys, so that any key is allowed.
        var isDictionary = false
        /// The schema of an array's elements.
        var items: JSONValue?
        /// The schema of a value that is neither an object nor an array.
        var single: JSONValue?
    }

    struct Unsupported: Error {}

    let builder: SchemaBuilder
    let side: SchemaBuilder.Side
    let shape = Shape()
    /// Whether optional members are absent.
    let omitsOptionals: Bool

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Keyed(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Unkeyed(decoder: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    private func describe<T: Decodable>(_ type: T.Type) throws -> (schema: JSONValue, value: T) {
        try builder.describe(type, of: side, omittingOptionals: omitsOptionals)
    }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: DryDecoder
        var codingPath: [any CodingKey] { [] }

        var allKeys: [Key] {
            decoder.shape.isDictionary = true
            return [Key(stringValue: "key")].compactMap { $0 }
        }

        /// Swift's derived decoding asks this of optional members only.
        func contains(_ key: Key) -> Bool {
            decoder.shape.optional.insert(JSON.wireKey(key))
            return !decoder.omitsOptionals
        }

        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            let (schema, value) = try decoder.describe(type)
            decoder.shape.properties[JSON.wireKey(key)] = schema
            return value
        }

        func nestedContainer<Other>(keyedBy type: Other.Type, forKey key: Key) throws -> KeyedDecodingContainer<Other> {
            throw Unsupported()
        }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Unsupported() }
        func superDecoder() throws -> any Decoder { throw Unsupported() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw Unsupported() }
    }

    /// An array of one element.
    private struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: DryDecoder
        var codingPath: [any CodingKey] { [] }
        var count: Int? { 1 }
        var isAtEnd: Bool { currentIndex == 1 }
        var currentIndex = 0

        mutating func decodeNil() -> Bool { false }

        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let (schema, value) = try decoder.describe(type)
            decoder.shape.items = schema
            currentIndex = 1
            return value
        }

        func nestedContainer<Other>(keyedBy type: Other.Type) throws -> KeyedDecodingContainer<Other> {
            throw Unsupported()
        }
        func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unsupported() }
        func superDecoder() throws -> any Decoder { throw Unsupported() }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: DryDecoder
        var codingPath: [any CodingKey] { [] }
        func decodeNil() -> Bool { false }

        func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let (schema, value) = try decoder.describe(type)
            decoder.shape.single = schema
            return value
        }
    }
}
