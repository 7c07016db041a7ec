/// A backup that is whole and on the disk.
public struct WrittenBackup: Codable, Sendable, Equatable {
    public var file: String
    public var bytes: Int

    public init(file: String, bytes: Int) {
        self.file = file
        self.bytes = bytes
    }
}
