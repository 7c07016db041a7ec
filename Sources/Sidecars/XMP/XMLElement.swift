/// A name with its namespace.
struct XMLName: Hashable {
    let uri: String
    let local: String

    init(_ uri: String, _ local: String) { (self.uri, self.local) = (uri, local) }
}

/// What an element holds.
enum XMLNode {
    case element(XMLElement)
    case text(String)
    /// A comment or a processing instruction, as it stands in the file.
    case markup(String)

    var element: XMLElement? {
        guard case .element(let element) = self else { return nil }
        return element
    }

    /// Whether it is white space between elements.
    var isBlank: Bool {
        guard case .text(let text) = self else { return false }
        return text.allSatisfy(\.isWhitespace)
    }
}

/// An element of an XML document. It belongs to one document, which one thread edits.
final class XMLElement {
    struct Attribute {
        let name: XMLName
        /// As it is written, with its prefix.
        let qualified: String
        let value: String
    }

    let name: XMLName
    /// As it is written, with its prefix.
    let qualified: String
    var attributes: [Attribute]
    var children: [XMLNode] = []
    /// The namespaces by their prefixes, as they hold inside the element.
    let scope: [String: String]
    /// How many elements it lies in.
    let depth: Int

    /// - Parameter attributes: as they are written, the declarations of namespaces among them.
    init(_ qualified: String, _ attributes: [(name: String, value: String)], in parent: XMLElement?) {
        var scope = parent?.scope ?? ["xml": "http://www.w3.org/XML/1998/namespace"]
        for (name, value) in attributes {
            if name == "xmlns" { scope[""] = value }
            if name.hasPrefix("xmlns:") { scope[String(name.dropFirst(6))] = value }
        }
        self.qualified = qualified
        name = Self.name(qualified, scope, isAttribute: false)
        self.attributes = attributes.map {
            Attribute(name: Self.name($0.name, scope, isAttribute: true), qualified: $0.name, value: $0.value)
        }
        self.scope = scope
        depth = parent.map { $0.depth + 1 } ?? 0
    }

    /// A new element for a place in another one. It declares its namespaces where the place does not know them.
    convenience init(_ name: XMPName, _ attributes: [(name: XMPName, value: String)] = [], in parent: XMLElement) {
        var declarations: [String: String] = [:]
        func qualified(_ name: XMPName) -> String {
            let known = parent.scope.filter { !$0.key.isEmpty && $0.value == name.uri }.keys
            if let prefix = known.contains(name.prefix) ? name.prefix : known.min() {
                return "\(prefix):\(name.local)"
            }
            declarations["xmlns:\(name.prefix)"] = name.uri
            return "\(name.prefix):\(name.local)"
        }
        let element = qualified(name)
        let written = attributes.map { (name: qualified($0.name), value: $0.value) }
        self.init(
            element, declarations.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) } + written,
            in: parent)
    }

    /// In no namespace if the prefix is not declared. An attribute without a prefix is in none, too.
    private static func name(_ qualified: String, _ scope: [String: String], isAttribute: Bool) -> XMLName {
        let parts = qualified.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return XMLName(isAttribute ? "" : scope[""] ?? "", qualified) }
        return XMLName(scope[String(parts[0])] ?? "", String(parts[1]))
    }

    var elements: [XMLElement] { children.compactMap(\.element) }

    func elements(_ name: XMPName) -> [XMLElement] { elements.filter { $0.name == name.name } }

    func attribute(_ name: XMPName) -> String? { attributes.first { $0.name == name.name }?.value }

    /// The text in it, without that of elements in it.
    var text: String {
        children.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }

    // MARK: Changes

    /// Adds an element at the end, on a line of its own.
    func append(_ element: XMLElement) {
        let place = children.last?.isBlank == true ? children.count - 1 : children.count
        children.insert(contentsOf: [.text(Self.line(depth + 1)), .element(element)], at: place)
        if place == children.count - 2 { children.append(.text(Self.line(depth))) }
    }

    /// Removes an element, with the white space before it.
    func remove(_ element: XMLElement) {
        guard let place = children.firstIndex(where: { $0.element === element }) else { return }
        let start = place > 0 && children[place - 1].isBlank ? place - 1 : place
        children.removeSubrange(start...place)
        if elements.isEmpty, children.allSatisfy(\.isBlank) { children = [] }
    }

    private static func line(_ depth: Int) -> String { "\n" + String(repeating: " ", count: depth) }
}

extension XMLElement {
    /// The element as XML.
    func write(to output: inout String) {
        output += "<" + qualified
        for attribute in attributes {
            output += " \(attribute.qualified)=\"\(Self.escaped(attribute.value, isAttribute: true))\""
        }
        guard !children.isEmpty else { return output += "/>" }
        output += ">"
        for child in children {
            switch child {
            case .element(let element): element.write(to: &output)
            case .text(let text): output += Self.escaped(text, isAttribute: false)
            case .markup(let markup): output += markup
            }
        }
        output += "</\(qualified)>"
    }

    private static func escaped(_ text: String, isAttribute: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\r": escaped += "&#13;"
            case "\"" where isAttribute: escaped += "&quot;"
            case "\n" where isAttribute: escaped += "&#10;"
            case "\t" where isAttribute: escaped += "&#9;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
