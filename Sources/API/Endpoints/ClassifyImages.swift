/// `POST /v1/classify?top=`: who is in these pictures?
public enum ClassifyImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/classify"
    public static let body = BodyKind.images

    /// Candidates listed when `top` is not given.
    public static let defaultTop = 5
    public static let maximumTop = 1000

    public struct Request: EndpointRequest, Equatable {
        /// How many candidates to list, 1…1000; ``defaultTop`` when nil.
        public var top: Int?
        public var files: [FilePart]

        public init(top: Int? = nil, files: [FilePart]) {
            self.top = top
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["top"] = top.map(String.init)
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["top"])
            top = try message.integer("top", in: 1...maximumTop)
            files = try message.files()
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model that answered.
        public var model: String
        /// The name of the head that answered.
        public var head: String
        /// One for each file, in order.
        public var results: [Classification]

        public init(model: String, head: String, results: [Classification]) {
            self.model = model
            self.head = head
            self.results = results
        }
    }
}
