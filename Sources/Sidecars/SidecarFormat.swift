public import Foundation

/// A kind of sidecar: a small file beside a picture, with what is known of it.
public enum SidecarFormat: String, Sendable, CaseIterable {
    /// A tag a line, as hydrus, image boards and tools for LoRA training read them.
    case txt
    /// XMP, with keywords and the regions of faces, as photo managers read it.
    case xmp
    /// JSON under the key `aniwho`.
    case json

    /// The largest sidecar that is read, in bytes.
    public static let largest = 16 << 20

    /// What a sidecar becomes when tags are added to it. What other programs wrote stays.
    /// - Parameter existing: the sidecar's bytes; nil if there is none.
    /// - Returns: nil if nothing is to be written, because everything is there, or because there is nothing to say.
    /// - Throws: ``SidecarError`` if what is there is broken, and so cannot be added to.
    public func merged(_ tags: PictureTags, into existing: Data?) throws(SidecarError) -> Data? {
        if let existing, existing.count > Self.largest {
            throw SidecarError("it has \(existing.count) bytes, more than any sidecar")
        }
        return switch self {
        case .txt: try TextSidecar.merged(tags, into: existing)
        case .xmp: try XMPSidecar.merged(tags, into: existing)
        case .json: try JSONSidecar.merged(tags, into: existing)
        }
    }
}

/// How a sidecar is named after its picture.
public enum SidecarName: Sendable {
    /// `picture.png.xmp`: as digiKam, darktable, Immich and hydrus name it. Pictures that differ in their endings only have one each.
    case file
    /// `picture.xmp`: as Lightroom names it, and `picture.txt` as tools for LoRA training do.
    case stem

    /// The path of a picture's sidecar.
    public func path(of picture: String, _ format: SidecarFormat) -> String {
        switch self {
        case .file: return "\(picture).\(format.rawValue)"
        case .stem:
            let stem = (picture as NSString).deletingPathExtension
            return "\(stem).\(format.rawValue)"
        }
    }
}
