/// `POST /v1/bundles`: writes everything enrolled to a folder that another registry can import, while requests go on.
public enum WriteBundle: WorkEndpoint {
    public typealias End = WrittenBundle

    public static let method = HTTPMethod.post
    public static let path = "/v1/bundles"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// An absolute path on the daemon's machine, which the daemon's user can write, and where there is nothing yet.
        public var folder: String

        public init(folder: String) { self.folder = folder }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }
}
