public import Foundation
public import Geometry

/// The names in an XMP file, to enroll the picture by.
public struct NamedFaces: Sendable, Equatable {
    public struct Face: Sendable, Equatable {
        public let name: String
        /// In pixels of the upright picture; nil for all of the picture.
        public let box: PixelBox?
        /// Whether AniWho wrote the name, and nobody has changed it since.
        public let isAniWhos: Bool

        public init(name: String, box: PixelBox?, isAniWhos: Bool) {
            (self.name, self.box, self.isAniWhos) = (name, box, isAniWhos)
        }
    }

    /// The named regions of faces. If there is none, the persons among the keywords, without boxes.
    public let faces: [Face]

    /// - Throws: ``SidecarError`` if the file is broken, or its regions are of a picture of another shape.
    public init(inXMP data: Data, of picture: PictureGeometry) throws(SidecarError) {
        guard data.count <= SidecarFormat.largest else {
            throw SidecarError("it has \(data.count) bytes, more than any sidecar")
        }
        let document = try XMPDocument(data)
        let written = Set(try document.items(.written))
        let regions = try XMPRegions.faces(of: document, picture).compactMap { region -> Face? in
            guard let name = region.name?.trimmingCharacters(in: .whitespacesAndNewlines), !name.isEmpty,
                let box = region.area.box(in: picture)
            else { return nil }
            return Face(name: name, box: box, isAniWhos: written.contains(region.mark))
        }
        guard regions.isEmpty else {
            faces = regions
            return
        }
        var faces: [Face] = []
        for list in [KeywordList.tagsList, .hierarchical] {
            for (name, mark) in try list.people(in: document) where !faces.contains(where: { $0.name == name }) {
                faces.append(Face(name: name, box: nil, isAniWhos: written.contains(mark)))
            }
        }
        self.faces = faces
    }
}
