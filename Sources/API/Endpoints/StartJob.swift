/// `POST /v1/jobs`: queues a training, which the daemon runs in a child process when those before it have ended.
public enum StartJob: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs"
    public static let body = BodyKind.json
    public static let successStatus = 202

    public struct Request: EndpointRequest, Codable, Equatable {
        public var kind: JobKind
        /// What the model is to be called; the kind and the job's number when null.
        public var name: String?
        /// The command's options, as ``JobArguments`` allows them.
        public var arguments: [String]

        public init(kind: JobKind, name: String? = nil, arguments: [String]) {
            self.kind = kind
            self.name = name
            self.arguments = arguments
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
            arguments = try JobArguments(arguments).list
        }
    }

    public typealias Response = JobInfo
}
