/// A decoder that reads nothing: a type that decodes itself by it shows what it is made of.
struct DryDecoder: Decoder {
    /// What was asked for.
    final class Shape {
        /// Of an object, with the schemas of the values.
        var properties: [String: JSONValue] = [:]
        /// Of these, those that may be absent or null.
        var optional: Set<String> = []
        /// Whether the object's keys were asked for: they may be any.
        var isDictionary = false
        /// Of an array's elements.
        var items: JSONValue?
        /// Of a value that is no object and no array.
        var single: JSONValue?
    }

    struct Unsupported: Error {}

    let builder: SchemaBuilder
    let shape = Shape()
    /// Whether what may be absent is.
    let omitsOptionals: Bool

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Keyed(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Unkeyed(decoder: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: DryDecoder
        var codingPath: [any CodingKey] { [] }

        var allKeys: [Key] {
            decoder.shape.isDictionary = true
            return [Key(stringValue: "key")].compactMap { $0 }
        }

        /// Asked of what may be absent, and of nothing else.
        func contains(_ key: Key) -> Bool {
            decoder.shape.optional.insert(JSON.wireKey(key))
            return !decoder.omitsOptionals
        }

        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            let (schema, value) = try decoder.builder.describe(type, omittingOptionals: decoder.omitsOptionals)
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

    /// One element.
    private struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: DryDecoder
        var codingPath: [any CodingKey] { [] }
        var count: Int? { 1 }
        var isAtEnd: Bool { currentIndex == 1 }
        var currentIndex = 0

        mutating func decodeNil() -> Bool { false }

        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let (schema, value) = try decoder.builder.describe(type, omittingOptionals: decoder.omitsOptionals)
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
            let (schema, value) = try decoder.builder.describe(type, omittingOptionals: decoder.omitsOptionals)
            decoder.shape.single = schema
            return value
        }
    }
}
