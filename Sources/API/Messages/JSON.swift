public import Foundation

/// The one way JSON is written and read: sorted keys, dates in ISO 8601 UTC with whole seconds.
///
/// Keys are in snake case by the types' own coding keys, so that nothing depends on a conversion rule.
public enum JSON {
    /// - Parameter pretty: indented, for people.
    public static func encode(_ value: some Encodable, pretty: Bool = false) throws(APIError) -> Data {
        let encoder = JSONEncoder()
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
        case .keyNotFound(let key, _): "the JSON lacks the key “\(key.stringValue)”"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "the JSON has a value of the wrong type at “\(path(context))”"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "the body is not valid JSON" : "the JSON has an invalid value at “\(path(context))”"
        @unknown default: "the JSON cannot be read"
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
