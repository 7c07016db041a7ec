/// `POST /v1/jobs`: queues a training, which the daemon runs in a child process when those before it have ended.
public enum StartJob: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/jobs"
    public static let body = BodyKind.json
    public static let successStatus = 202

    public struct Request: EndpointRequest, Codable, Equatable {
        public var kind: JobKind
        /// What the model or classifier is to be called; the kind and the job's number when null.
        public var name: String?
        /// The command's options, as ``JobArguments`` allows them.
        public var arguments: [String]
        /// Whether it trains on the pictures that are enrolled when it starts, which take the place of `--data`; false when absent.
        public var fromRegistry: Bool

        public init(kind: JobKind, name: String? = nil, arguments: [String], fromRegistry: Bool = false) {
            self.kind = kind
            self.name = name
            self.arguments = arguments
            self.fromRegistry = fromRegistry
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            kind = try container.decode(JobKind.self, forKey: .kind)
            name = try container.decodeIfPresent(String.self, forKey: .name)
            arguments = try container.decode([String].self, forKey: .arguments)
            fromRegistry = try container.decodeIfPresent(Bool.self, forKey: .fromRegistry) ?? false
        }

        public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery([])
            self = try message.json(Self.self)
            try check(JobArguments(arguments))
        }

        private func check(_ arguments: JobArguments) throws(APIError) {
            guard !kind.changesModel else {
                throw APIError(.badParameter, "\(kind.rawValue) is no training: use aniwho models use or rollback")
            }
            guard fromRegistry else { return }
            guard kind == .transferTrain else {
                throw APIError(
                    .badParameter, "\(kind.rawValue) cannot train on the registry's pictures; transfer-train can")
            }
            for option in Self.dataOptions where arguments.has(option) {
                throw APIError(
                    .badParameter, "--\(option) cannot be given: the registry's pictures are what is trained on")
            }
        }

        /// What says which pictures are trained on.
        private static let dataOptions = ["data", "sources"]
    }

    public typealias Response = JobInfo
}
