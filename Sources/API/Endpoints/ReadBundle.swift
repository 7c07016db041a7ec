/// `POST /v1/bundles/import`: enrols what a bundle holds, all of it or nothing.
public enum ReadBundle: WorkEndpoint {
    public typealias End = ImportedBundle

    public static let method = HTTPMethod.post
    public static let path = "/v1/bundles/import"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// An absolute path on the daemon's machine, which the daemon's user can read.
        public var folder: String
        /// Whether characters that are enrolled already get the bundle's images; they are refused when absent or false.
        public var merge: Bool
        /// Whether the head and the choice of calibration are taken over; false when absent.
        public var settings: Bool

        public init(folder: String, merge: Bool = false, settings: Bool = false) {
            self.folder = folder
            self.merge = merge
            self.settings = settings
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            folder = try container.decode(String.self, forKey: .folder)
            merge = try container.decodeIfPresent(Bool.self, forKey: .merge) ?? false
            settings = try container.decodeIfPresent(Bool.self, forKey: .settings) ?? false
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }
}
