public import API
public import Geometry

/// What tells one face from all others: the bytes of its picture, and where it is in it.
public struct PictureKey: Sendable, Hashable {
    /// SHA-256 of the picture's bytes, hexadecimal.
    public let sha256: String
    /// Where the face is; nil for the whole picture.
    public let box: PixelBox?

    public init(sha256: String, box: PixelBox?) { (self.sha256, self.box) = (sha256, box) }

    /// Whether both are the same face. The whole picture holds every face that is in it.
    public func coincides(with other: PictureKey) -> Bool {
        guard sha256 == other.sha256 else { return false }
        guard let box, let otherBox = other.box else { return true }
        return box.isSameFace(as: otherBox)
    }
}

extension EnrolledImage {
    public var key: PictureKey { PictureKey(sha256: sha256, box: box) }
}

extension Rejection {
    public var key: PictureKey { PictureKey(sha256: sha256, box: box) }
}

extension InboxPicture {
    public var key: PictureKey { PictureKey(sha256: sha256, box: box) }
}

extension Row {
    /// A box, or nil for the whole picture.
    /// - Throws: `storageCorrupt` for a text that is no box.
    func box(_ column: Int32) throws(RegistryError) -> PixelBox? {
        guard !isNull(column) else { return nil }
        guard let box = PixelBox(text(column)) else {
            throw RegistryError(.storageCorrupt, "a stored box is “\(text(column))”; restore a backup")
        }
        return box
    }
}

extension SQLValue {
    static func box(_ box: PixelBox?) -> SQLValue { box.map { .text($0.description) } ?? .null }
}
