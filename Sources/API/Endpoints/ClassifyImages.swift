/// `POST /v1/classify?top=&classifier=`: who is in these pictures?
///
/// The prototypes answer, or the trained classifier that is named. A classifier knows its own classes alone; whom of the enrolled
/// characters it was not trained on is said beside its answers, so that nobody takes its silence for a no.
public enum ClassifyImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/classify"
    public static let body = BodyKind.images

    /// Candidates listed when `top` is not given.
    public static let defaultTop = 5
    public static let maximumTop = 1000
    /// How many of the nearest enrolled pictures an answer names.
    public static let nearestListed = 3

    public struct Request: EndpointRequest, Equatable {
        /// How many candidates to list, 1…1000; ``defaultTop`` when nil.
        public var top: Int?
        /// The name of the trained classifier to ask; the prototypes answer when nil.
        public var classifier: String?
        public var files: [FilePart]

        public init(top: Int? = nil, classifier: String? = nil, files: [FilePart]) {
            self.top = top
            self.classifier = classifier
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["top"] = top.map(String.init)
            query["classifier"] = classifier
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["classifier", "top"])
            top = try message.integer("top", in: 1...maximumTop)
            classifier = message.query["classifier"]
            files = try message.files()
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model that answered; the classifier's own where one was asked.
        public var model: String
        /// The name of the head that answered; ``classifierHead`` where a classifier was asked.
        public var head: String
        /// The calibration by which probabilities and radii are: ``ShowCalibration/Response/identity``; null where a classifier
        /// answered, which has its own.
        public var calibration: String?
        /// The name of the classifier that answered; null where the prototypes did.
        public var classifier: String?
        /// What to know about these answers, a sentence each; empty where the prototypes answered.
        public var warnings: [String]
        /// The enrolled characters that the classifier was not trained on, sorted; empty where the prototypes answered.
        public var untrainedCharacters: [String]
        /// One for each file, in order.
        public var results: [Classification]

        public init(
            model: String, head: String, calibration: String? = nil, classifier: String? = nil, warnings: [String] = [],
            untrainedCharacters: [String] = [], results: [Classification]
        ) {
            self.model = model
            self.head = head
            self.calibration = calibration
            self.classifier = classifier
            self.warnings = warnings
            self.untrainedCharacters = untrainedCharacters
            self.results = results
        }
    }

    /// What answers in a classifier: its dense layer.
    public static let classifierHead = "dense"
}
