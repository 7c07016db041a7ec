public import Foundation

/// How the API writes and reads JSON: every message uses these two functions.
///
/// Keys are the properties' names in snake case, sorted. A property without a value is written as `null`, never left out.
/// Dates are ISO 8601 in UTC with whole seconds. The keys of a dictionary are data and stay as they are.
public enum JSON {
    /// - Parameter pretty: whether to indent it for people.
    public static func encode(_ value: some Encodable, pretty: Bool = false) throws(APIError) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        do {
            return try encoder.encode(value)
        } catch {
            throw APIError(.internal, "the answer cannot be written as JSON: \(error)")
        }
    }

    /// - Throws: `bad_request`, saying where the JSON is wrong.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(APIError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            throw APIError(.badRequest, describe(error))
        } catch {
            throw APIError(.badRequest, "the JSON cannot be read: \(error)")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "the JSON lacks the key “\(wireKey(key))”"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "the JSON has a value of the wrong type at “\(path(context))”"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "the body is not valid JSON" : "the JSON has an invalid value at “\(path(context))”"
        @unknown default: "the JSON cannot be read"
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map(wireKey).joined(separator: ".")
    }

    /// The key as it stands in the JSON: `created_at` for the property `createdAt`.
    static func wireKey(_ key: any CodingKey) -> String {
        key.stringValue.reduce(into: "") { result, letter in
            result += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }
}

/// Writes optional properties without a value as `null`.
///
/// The `encode(to:)` that the compiler derives calls `encodeIfPresent` for an optional property, which leaves out a property without a
/// value. In this module and in those that import it, the compiler finds these methods before the standard library's.
/// There is one method for each type that the API's messages use and that the standard library has its own method for.
extension KeyedEncodingContainer {
    public mutating func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
        try encode(value, forKey: key)
    }
    public mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encode(value, forKey: key) }
    public mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encode(value, forKey: key) }
    public mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encode(value, forKey: key) }
    public mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try encode(value, forKey: key) }
    public mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encode(value, forKey: key) }
    public mutating func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try encode(value, forKey: key) }
}
