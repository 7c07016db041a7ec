/// A name of XMP: a namespace with the prefix that programs usually write for it, and a word in it.
struct XMPName {
    let prefix: String
    let uri: String
    let local: String

    var name: XMLName { XMLName(uri, local) }

    private init(_ prefix: String, _ uri: String, _ local: String) {
        (self.prefix, self.uri, self.local) = (prefix, uri, local)
    }

    static func x(_ local: String) -> XMPName { XMPName("x", "adobe:ns:meta/", local) }
    static func rdf(_ local: String) -> XMPName { XMPName("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", local) }

    /// Keywords: Dublin Core.
    static let subject = XMPName("dc", "http://purl.org/dc/elements/1.1/", "subject")
    /// Keywords with their parents, `People/Rei Ayanami`: digiKam's.
    static let tagsList = XMPName("digiKam", "http://www.digikam.org/ns/1.0/", "TagsList")
    /// The same with `|`: Lightroom's.
    static let hierarchicalSubject = XMPName("lr", "http://ns.adobe.com/lightroom/1.0/", "hierarchicalSubject")
    /// What AniWho wrote into the file, so that it can take it back.
    static let written = XMPName("aniwho", "urn:aniwho:xmp:1.0/", "Written")

    /// Regions, by the Metadata Working Group: Guidelines for Handling Image Metadata 2.0.
    static func regions(_ local: String) -> XMPName {
        XMPName("mwg-rs", "http://www.metadataworkinggroup.com/schemas/regions/", local)
    }
    static func area(_ local: String) -> XMPName { XMPName("stArea", "http://ns.adobe.com/xmp/sType/Area#", local) }
    static func dimensions(_ local: String) -> XMPName {
        XMPName("stDim", "http://ns.adobe.com/xap/1.0/sType/Dimensions#", local)
    }
}
