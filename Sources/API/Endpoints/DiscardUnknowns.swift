/// `POST /v1/inbox/discard`: takes pictures out of the inbox for good; all or none.
public enum DiscardUnknowns: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox/discard"
    public static let body = BodyKind.json

    public struct Request: EndpointRequest, Codable, Equatable {
        /// The pictures' numbers in the inbox.
        public var pictures: [Int64]

        public init(pictures: [Int64]) { self.pictures = pictures }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// As they were.
        public var discarded: [UnknownInfo]
        public init(discarded: [UnknownInfo]) { self.discarded = discarded }
    }
}
