import Foundation

/// The regions of an XMP file: `mwg-rs:Regions`.
enum XMPRegions {
    /// Two regions that overlap more, as intersection over union, are of one face.
    private static let sameFace = 0.5

    /// Adds the faces' regions, and takes those back that AniWho added and that no longer hold. A face that somebody else has named stays
    /// theirs.
    /// - Parameter former: the notes of what AniWho added.
    /// - Returns: the notes of what is there of AniWho now.
    /// - Throws: ``SidecarError`` if the regions are of another picture, or cannot be read.
    static func update(
        _ document: inout XMPDocument, with tags: PictureTags, _ former: Set<String>
    ) throws(SidecarError) -> [String] {
        let wanted = tags.geometry.map { geometry in
            tags.faces.compactMap { face in
                face.box.map { (name: face.character, area: RegionArea($0, in: geometry)) }
            }
        }
        var marks: [String] = []
        var list = try self.list(of: document)
        if let list {
            let keep = Set((wanted ?? []).map { XMPRegion.mark($0.name, $0.area) })
            for region in list.elements(.rdf("li")).compactMap(XMPRegion.init)
            where former.contains(region.mark) && !keep.contains(region.mark) {
                list.remove(region.item)
                document.noteChange()
            }
        }
        if let wanted, let geometry = tags.geometry, !wanted.isEmpty {
            try checkSize(of: document, geometry)
            let present = list?.elements(.rdf("li")).compactMap(XMPRegion.init) ?? []
            for (name, area) in wanted {
                let mark = XMPRegion.mark(name, area)
                if present.contains(where: { $0.mark == mark }) {
                    if former.contains(mark) { marks.append(mark) }
                    continue
                }
                let isNamed = present.contains {
                    $0.name?.isEmpty == false && $0.area.overlap(area) > sameFace
                }
                guard !isNamed else { continue }
                let target = list ?? addList(to: &document, geometry)
                list = target
                add(name, area, to: target)
                document.noteChange()
                marks.append(mark)
            }
        }
        if list?.elements.isEmpty == true, let property = document.property(.regions("Regions")) {
            document.remove(property)
        }
        return marks
    }

    /// The faces' regions.
    /// - Throws: ``SidecarError`` if they are of another picture, or cannot be read.
    static func faces(of document: XMPDocument, _ geometry: PictureGeometry) throws(SidecarError) -> [XMPRegion] {
        guard let list = try list(of: document) else { return [] }
        let regions = list.elements(.rdf("li")).compactMap(XMPRegion.init)
        if !regions.isEmpty { try checkSize(of: document, geometry) }
        return regions
    }

    /// The element that holds the regions; nil if there is none.
    private static func list(of document: XMPDocument) throws(SidecarError) -> XMLElement? {
        guard let property = document.property(.regions("Regions")),
            let field = property.structure.elements(.regions("RegionList")).first
        else { return nil }
        guard let list = field.elements.first(where: { ["Bag", "Seq"].map { XMPName.rdf($0).name }.contains($0.name) })
        else { throw SidecarError("its mwg-rs:RegionList is no list") }
        return list
    }

    /// Regions hold for the picture that they were made for. It may have been resized since, but not cropped.
    private static func checkSize(of document: XMPDocument, _ geometry: PictureGeometry) throws(SidecarError) {
        guard let property = document.property(.regions("Regions")),
            let size = property.structure.elements(.regions("AppliedToDimensions")).first,
            let w = size.field(.dimensions("w")).flatMap(Double.init), w > 0,
            let h = size.field(.dimensions("h")).flatMap(Double.init), h > 0
        else { return }
        let (width, height) = geometry.stored
        let (a, b) = (w / h, Double(width) / Double(height))
        // Rounding of a small picture moves its shape by some per cent.
        guard abs(a / b - 1) > 0.02 + 2 / Double(min(width, height)) else { return }
        throw SidecarError(
            "its regions are for a picture of \(Int(w))×\(Int(h)) pixels, and this one has \(width)×\(height); remove them in the program that made them"
        )
    }

    private static func addList(to document: inout XMPDocument, _ geometry: PictureGeometry) -> XMLElement {
        let property =
            document.property(.regions("Regions")) ?? document.addStructure(.regions("Regions"))
        let fields = property.structure
        if fields.elements(.regions("AppliedToDimensions")).isEmpty {
            let (width, height) = geometry.stored
            fields.append(
                XMLElement(
                    .regions("AppliedToDimensions"),
                    [
                        (name: .dimensions("w"), value: String(width)), (name: .dimensions("h"), value: String(height)),
                        (name: .dimensions("unit"), value: "pixel"),
                    ], in: fields))
        }
        let field = XMLElement(.regions("RegionList"), in: fields)
        fields.append(field)
        let list = XMLElement(.rdf("Bag"), in: field)
        field.append(list)
        return list
    }

    private static func add(_ name: String?, _ area: RegionArea, to list: XMLElement) {
        let item = XMLElement(.rdf("li"), in: list)
        list.append(item)
        let fields = XMLElement(
            .rdf("Description"),
            (name.map { [(name: .regions("Name"), value: $0)] } ?? [])
                + [(name: .regions("Type"), value: "Face")], in: item)
        item.append(fields)
        let texts = area.texts
        fields.append(
            XMLElement(
                .regions("Area"),
                [
                    (name: .area("x"), value: texts.x), (name: .area("y"), value: texts.y),
                    (name: .area("w"), value: texts.width), (name: .area("h"), value: texts.height),
                    (name: .area("unit"), value: "normalized"),
                ], in: fields))
    }
}
