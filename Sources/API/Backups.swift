/// `POST /v1/backups`: writes everything in the registry to one file, while requests go on.
public enum WriteBackup: WorkEndpoint {
    public typealias End = WrittenBackup

    public static let method = HTTPMethod.post
    public static let path = "/v1/backups"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// An absolute path on the daemon's machine, which the daemon's user can write.
        public var file: String
        /// Whether it may take the place of an earlier backup; false when absent.
        public var replace: Bool

        public init(file: String, replace: Bool = false) {
            self.file = file
            self.replace = replace
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            file = try container.decode(String.self, forKey: .file)
            replace = try container.decodeIfPresent(Bool.self, forKey: .replace) ?? false
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }
}

/// A backup that is whole and on the disk.
public struct WrittenBackup: Codable, Sendable, Equatable {
    public var file: String
    public var bytes: Int

    public init(file: String, bytes: Int) {
        self.file = file
        self.bytes = bytes
    }
}
