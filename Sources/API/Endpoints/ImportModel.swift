/// `POST /v1/models?name=&architecture=`: puts a safetensors file into the registry, without using it yet.
public enum ImportModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models"
    public static let body = BodyKind.file
    public static let successStatus = 201
    public static let isLong = true

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        /// Needed when the file does not say it.
        public var architecture: String?
        /// The file to send; on the daemon's side, the temporary file it arrived in.
        public var file: String

        public init(name: String, architecture: String? = nil, file: String) {
            self.name = name
            self.architecture = architecture
            self.file = file
        }

        public func message() throws(APIError) -> RequestMessage {
            var query = ["name": name]
            query["architecture"] = architecture
            return RequestMessage(query: query, body: .file(path: file))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["name", "architecture"])
            name = try message.required("name", "the name to give the model")
            architecture = message.query["architecture"]
            file = try message.file()
        }
    }

    public typealias Response = ModelInfo
}
