import Foundation

/// The properties of an XMP file: `x:xmpmeta`, in it `rdf:RDF`, in it any number of `rdf:Description` with a property each or several.
///
/// A property is found in whichever description holds it, under whichever prefix. Adobe XMP Specification, part 1, section 7.
struct XMPDocument {
    private let xml: XMLDocument
    /// The element `rdf:RDF`.
    private let rdf: XMLElement
    /// Whether it differs from the file.
    private(set) var isChanged = false

    /// An XMP file without properties.
    init() {
        let root = XMLElement("x:xmpmeta", [(name: "xmlns:x", value: "adobe:ns:meta/")], in: nil)
        xml = XMLDocument(
            root: root, before: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", after: "\n")
        rdf = XMLElement(.rdf("RDF"), in: root)
        root.append(rdf)
    }

    /// - Throws: ``SidecarError`` if it is no XMP.
    init(_ data: Data) throws(SidecarError) {
        xml = try XMLDocument(data)
        let root = xml.root
        if root.name == XMPName.rdf("RDF").name {
            rdf = root
        } else if let inner = root.elements(.rdf("RDF")).first, root.elements(.rdf("RDF")).count == 1 {
            rdf = inner
        } else {
            throw SidecarError("it is XML, but no XMP: it has no element rdf:RDF")
        }
    }

    var data: Data { xml.data }

    private var descriptions: [XMLElement] { rdf.elements(.rdf("Description")) }

    /// The element of a property; nil if there is none.
    func property(_ name: XMPName) -> XMLElement? { descriptions.lazy.flatMap { $0.elements(name) }.first }

    /// The element that holds the list of a property: `rdf:Bag` and the like.
    /// - Throws: ``SidecarError`` if the property is no list.
    private func list(_ name: XMPName) throws(SidecarError) -> XMLElement? {
        guard !descriptions.contains(where: { $0.attribute(name) != nil }) else { throw Self.notList(name) }
        guard let property = property(name) else { return nil }
        let lists = property.elements.filter { element in
            ["Bag", "Seq", "Alt"].contains { element.name == XMPName.rdf($0).name }
        }
        guard let list = lists.first, lists.count == 1 else { throw Self.notList(name) }
        return list
    }

    private static func notList(_ name: XMPName) -> SidecarError {
        SidecarError("its \(name.prefix):\(name.local) is no list, as XMP asks for")
    }

    /// The texts of a property that is a list.
    func items(_ name: XMPName) throws(SidecarError) -> [String] {
        try list(name)?.elements(.rdf("li")).map(\.text) ?? []
    }

    /// Adds texts that a list has not, and removes others.
    mutating func change(
        _ name: XMPName, adding: [String], removing: Set<String> = []
    ) throws(SidecarError) {
        let present = try items(name)
        let added = adding.filter { !present.contains($0) }
        let removed = removing.subtracting(adding).intersection(present)
        guard !added.isEmpty || !removed.isEmpty else { return }
        isChanged = true
        let list = try list(name) ?? addList(name)
        for item in list.elements(.rdf("li")) where removed.contains(item.text) { list.remove(item) }
        for text in added {
            let item = XMLElement(.rdf("li"), in: list)
            item.children = [.text(text)]
            list.append(item)
        }
        if list.elements.isEmpty, let property = property(name) { remove(property) }
    }

    /// An empty property that is a list.
    private func addList(_ name: XMPName) -> XMLElement {
        let property = addProperty(name)
        let list = XMLElement(.rdf("Bag"), in: property)
        property.append(list)
        return list
    }

    /// An empty property.
    private func addProperty(_ name: XMPName, _ attributes: [(name: XMPName, value: String)] = []) -> XMLElement {
        let description =
            descriptions.first
            ?? {
                let description = XMLElement(.rdf("Description"), [(name: .rdf("about"), value: "")], in: rdf)
                rdf.append(description)
                return description
            }()
        let property = XMLElement(name, attributes, in: description)
        description.append(property)
        return property
    }

    /// Adds a property that is a structure, without fields.
    mutating func addStructure(_ name: XMPName) -> XMLElement {
        isChanged = true
        return addProperty(name, [(name: .rdf("parseType"), value: "Resource")])
    }

    /// Removes a property.
    mutating func remove(_ property: XMLElement) {
        isChanged = true
        for description in descriptions { description.remove(property) }
    }

    /// Notes that a part of a property was changed.
    mutating func noteChange() { isChanged = true }
}

extension XMLElement {
    /// The element whose attributes and children are the fields of this structure: the `rdf:Description` in it, or itself.
    var structure: XMLElement { elements(.rdf("Description")).first ?? self }

    /// The text of a field of a structure, which is an attribute or an element.
    func field(_ name: XMPName) -> String? {
        structure.attribute(name) ?? structure.elements(name).first.map { $0.attribute(.rdf("value")) ?? $0.text }
    }
}
