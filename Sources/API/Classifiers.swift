public import Foundation

/// A trained classifier in the registry.
public struct ClassifierSummary: Codable, Sendable, Equatable {
    /// The classifier's name.
    public var name: String
    /// SHA-256 of the file, in hexadecimal.
    public var identity: String
    /// The network's architecture.
    public var architecture: String
    /// The characters it was trained on, in the order of its answers.
    public var classes: [String]
    /// The distance to the nearest class's mean beyond which a picture is unknown; null if the classifier never says unknown.
    public var radius: Double?
    /// The temperature of the softmax over the classes' logits.
    public var temperature: Double
    /// The size of the file.
    public var bytes: Int
    /// When it was imported or made.
    public var addedAt: Date

    public init(
        name: String, identity: String, architecture: String, classes: [String], radius: Double?, temperature: Double,
        bytes: Int, addedAt: Date
    ) {
        self.name = name
        self.identity = identity
        self.architecture = architecture
        self.classes = classes
        self.radius = radius
        self.temperature = temperature
        self.bytes = bytes
        self.addedAt = addedAt
    }
}

/// `GET /v1/classifiers?limit=&after=`: one page of the trained classifiers in the registry.
public enum ListClassifiers: ListEndpoint {
    public static let path = "/v1/classifiers"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var classifiers: [ClassifierSummary]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(classifiers: [ClassifierSummary], next: String? = nil) {
            (self.classifiers, self.next) = (classifiers, next)
        }

        public var entries: [ClassifierSummary] { classifiers }
    }
}

/// `GET /v1/classifiers/{name}`: one trained classifier.
public enum ShowClassifier: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/classifiers/{name}"

    public typealias Request = NamedRequest
    public typealias Response = ClassifierSummary
}

/// `POST /v1/classifiers?name=`: imports a trained classifier's file, the request's body, into the registry.
public enum ImportClassifier: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/classifiers"
    public static let body = BodyKind.file
    public static let successStatus = 201
    public static let isLong = true

    public struct Request: EndpointRequest, Equatable {
        /// The name of the new classifier or detector.
        public var name: String
        /// The file to send; in the daemon, the temporary file that holds the body.
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

    public typealias Response = ClassifierSummary
}

/// `DELETE /v1/classifiers/{name}`: removes a trained classifier. Requests that use it still get their answers.
public enum RemoveClassifier: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/classifiers/{name}"

    public typealias Request = NamedRequest
    /// The classifier as it was.
    public typealias Response = ClassifierSummary
}
