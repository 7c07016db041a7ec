/// A bundle that was written.
public struct WrittenBundle: Codable, Sendable, Equatable {
    public var folder: String
    public var characters: Int
    public var images: Int
    public var rejections: Int
    /// Of all its files.
    public var bytes: Int

    public init(folder: String, characters: Int, images: Int, rejections: Int, bytes: Int) {
        self.folder = folder
        self.characters = characters
        self.images = images
        self.rejections = rejections
        self.bytes = bytes
    }
}
