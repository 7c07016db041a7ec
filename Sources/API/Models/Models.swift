public import Foundation

/// A model in the registry.
public struct ModelSummary: Codable, Sendable, Equatable {
    /// The model's name.
    public var name: String
    /// SHA-256 of the model file, in hexadecimal.
    public var identity: String
    /// The network's architecture.
    public var architecture: String
    /// The length of an embedding.
    public var dimensions: Int
    /// The distance beyond which a picture hardly shows the character of a mean of five pictures: the scale of distances within a character.
    /// Null if it was never fitted.
    public var radius: Double?
    /// The temperature of the mean head's softmax over negative distances.
    public var temperature: Double
    /// Whether an embedding is the average of those of a picture and its mirror image.
    public var mirror: Bool
    /// The size of the model file.
    public var bytes: Int
    /// When it was imported or made.
    public var addedAt: Date
    /// Whether this is the model that answers.
    public var active: Bool

    public init(
        name: String, identity: String, architecture: String, dimensions: Int, radius: Double?, temperature: Double,
        mirror: Bool, bytes: Int, addedAt: Date, active: Bool
    ) {
        self.name = name
        self.identity = identity
        self.architecture = architecture
        self.dimensions = dimensions
        self.radius = radius
        self.temperature = temperature
        self.mirror = mirror
        self.bytes = bytes
        self.addedAt = addedAt
        self.active = active
    }
}

/// `GET /v1/models?limit=&after=`: one page of the models in the registry.
public enum ListModels: ListEndpoint {
    public static let path = "/v1/models"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var models: [ModelSummary]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(models: [ModelSummary], next: String? = nil) { (self.models, self.next) = (models, next) }

        public var entries: [ModelSummary] { models }
    }
}

/// `GET /v1/models/{name}`: one model.
public enum ShowModel: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/models/{name}"

    public typealias Request = NamedRequest
    public typealias Response = ModelSummary
}

/// `GET /v1/models/{name}/file`: the model's safetensors file.
public enum FetchModel: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/models/{name}/file"
    public static let isLong = true
    public static let responseKind = ResponseKind.bytes([MediaType.octetStream])

    public typealias Request = NamedRequest

    public struct Response: FileResponse, Equatable {
        public var bytes: Data
        public init(bytes: Data) { self.bytes = bytes }

        public init(_ message: ResponseMessage) { self.init(bytes: message.body) }

        public var message: ResponseMessage {
            ResponseMessage(status: 200, contentType: MediaType.octetStream, body: bytes)
        }
    }
}

/// `POST /v1/models?name=&architecture=`: imports a safetensors file into the registry, without using it yet.
public enum ImportModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models"
    public static let body = BodyKind.file
    public static let successStatus = 201
    public static let isLong = true

    public struct Request: EndpointRequest, Equatable {
        /// The name of the new model.
        public var name: String
        /// Required if the file does not name it.
        public var architecture: String?
        /// The file to send; in the daemon, the temporary file that holds the body.
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

    public typealias Response = ModelSummary
}

/// `DELETE /v1/models/{name}`: removes a model with its file and the vectors that it computed.
///
/// The daemon refuses, with status 409, to remove the active model and the model kept for a rollback.
public enum RemoveModel: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/models/{name}"

    public typealias Request = NamedRequest
    public typealias Response = EmptyResponse
}
