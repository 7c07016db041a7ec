import Foundation

/// An enumeration to which later versions may add values. Its schema is open: a client must expect values that it does not know.
public protocol GrowingEnumeration: CaseIterable {}

/// What types of messages and their members mean, in the words of their comments in the sources.
enum Descriptions {
    /// Empty if the table is broken; a test notices.
    private static let texts: [String: [String: String]] =
        (try? JSONDecoder().decode([String: [String: String]].self, from: Data(table.utf8))) ?? [:]

    /// What a type is.
    /// - Parameter type: its name, as ``SchemaBuilder/name(of:)`` gives it.
    static func of(_ type: String) -> String? { texts[type]?[""] }

    /// What a member of a type is, or a case of an enumeration.
    /// - Parameter member: its name in JSON.
    static func of(_ member: String, in type: String) -> String? { texts[type]?[member] }

    /// What a parameter in a path or a query is. Some belong to a part that several requests share.
    /// - Parameter request: the name of the request's type.
    static func of(parameter name: String, in request: String) -> String? {
        let inSelection = ["faces": "mode", "face": "number"][name] ?? name
        let parts = ["Page", "ThumbnailChoice"]
        return of(name, in: request) ?? parts.lazy.compactMap { of(name, in: $0) }.first
            ?? of(inSelection, in: "FaceSelection")
    }

    /// The schema of an enumeration with its values and what they mean.
    static func enumeration(_ type: String, _ values: [String], isOpen: Bool) -> JSONValue {
        let list = JSONValue.array(values.map { .string($0) })
        let meanings = values.compactMap { value in of(value, in: type).map { text in "`\(value)`: \(text)" } }
        let openness = isOpen ? ["Later versions may add values."] : []
        let text = ([of(type)].compactMap { $0 } + meanings + openness).joined(separator: " ")
        let schema: JSONValue = ["type": "string", (isOpen ? "x-extensible-enum" : "enum"): list]
        return schema.described(text.isEmpty ? nil : text)
    }
}

extension JSONValue {
    /// A schema or a parameter with a description, before the one that it has.
    func described(_ text: String?) -> JSONValue {
        guard let text else { return self }
        let texts = [text] + [self["description"]?.string].compactMap { $0 }
        return adding(["description": .string(texts.joined(separator: " "))])
    }
}
