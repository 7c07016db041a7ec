/// `POST /v1/inbox?source=`: keeps pictures in the inbox until they are named or discarded; all or none.
public enum KeepUnknowns: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox"
    public static let body = BodyKind.images
    public static let successStatus = 201

    public struct Request: EndpointRequest, Equatable {
        /// Where the pictures come from, for the record; each one's file name when nil.
        public var source: String?
        public var files: [FilePart]

        public init(source: String? = nil, files: [FilePart]) {
            self.source = source
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["source"] = source
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["source"])
            source = message.query["source"]
            files = try message.files()
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        public var kept: [UnknownInfo]
        /// How many were in the inbox already, or came twice.
        public var known: Int
        /// How many were not kept because they are enrolled.
        public var enrolled: Int

        public init(kept: [UnknownInfo], known: Int, enrolled: Int) {
            self.kept = kept
            self.known = known
            self.enrolled = enrolled
        }
    }
}
