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

/// The answer for one image.
public struct Classification: Codable, Sendable, Equatable {
    /// The file's name as sent; null for a raw body.
    public var image: String?
    /// The character's name; null when unknown.
    public var character: String?
    public var unknown: Bool
    /// The nearest characters, nearest first; a classifier's likeliest classes, likeliest first. Listed also when the answer is unknown; empty when nobody is enrolled.
    public var candidates: [Candidate]
    /// The Euclidean distance to the nearest of the characters' means that is not rejected for the picture, whichever head or
    /// classifier answers; null when there is none.
    public var meanDistance: Double?
    /// The mean distance beyond which the picture is unknown, by the calibration that the answer names: the nearest character's own,
    /// or one for all; null when the model or classifier has none and so never says unknown.
    public var radius: Double?
    /// How much more probable the first candidate that is not rejected is than the second; null when there is none.
    public var margin: Double?
    /// The enrolled pictures of that first candidate that are nearest to this one, nearest first; empty where a classifier answers.
    public var nearestImages: [NearImage]

    public init(
        image: String?, character: String?, unknown: Bool, candidates: [Candidate], meanDistance: Double?,
        radius: Double?, margin: Double?, nearestImages: [NearImage]
    ) {
        self.image = image
        self.character = character
        self.unknown = unknown
        self.candidates = candidates
        self.meanDistance = meanDistance
        self.radius = radius
        self.margin = margin
        self.nearestImages = nearestImages
    }
}

/// An enrolled picture near the one asked about.
public struct NearImage: Codable, Sendable, Equatable {
    public var id: Int64
    /// The Euclidean distance between the two embeddings.
    public var distance: Double
    /// Where it came from, as the one who enrolled it said; may be empty.
    public var source: String

    public init(id: Int64, distance: Double, source: String) {
        self.id = id
        self.distance = distance
        self.source = source
    }
}

/// A character that the picture may show.
public struct Candidate: Codable, Sendable, Equatable {
    public var character: String
    /// Softmax over the negative distances to all characters; of a classifier, over the logits of all its classes.
    public var probability: Double
    /// By the head: for `mean`, the Euclidean distance of the picture's embedding to the character's prototype; `docs/heads.md`
    /// says it for the others. Of a classifier: from its features, of length 1, to the mean of the class.
    public var distance: Double
    /// The rejection by which the picture is not this character, which is then not named; null for everybody else. The
    /// probability is what it would be without rejections.
    public var rejection: Int64?

    public init(character: String, probability: Double, distance: Double, rejection: Int64? = nil) {
        self.character = character
        self.probability = probability
        self.distance = distance
        self.rejection = rejection
    }
}
