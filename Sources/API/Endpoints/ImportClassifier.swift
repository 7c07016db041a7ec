/// `POST /v1/classifiers?name=`: puts a trained classifier's file into the registry; the body is the file.
public enum ImportClassifier: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/classifiers"
    public static let body = BodyKind.file
    public static let successStatus = 201
    public static let isLong = true

    public struct Request: EndpointRequest, Equatable {
        public var name: String
        /// The file to send; on the daemon's side, the temporary file it arrived in.
        public var file: String

        public init(name: String, file: String) {
            self.name = name
            self.file = file
        }

        public func message() throws(APIError) -> RequestMessage {
            RequestMessage(query: ["name": name], body: .file(path: file))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["name"])
            name = try message.required("name", "the name to give the classifier")
            file = try message.file()
        }
    }

    public typealias Response = ClassifierInfo
}
