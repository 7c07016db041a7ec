public import Geometry

/// `POST /v1/classify?top=&classifier=&faces=&face=&boxes=`: who is in these pictures?
///
/// Every face that is found gets an answer of its own.
/// The prototypes answer, or a trained classifier that the request names. A classifier knows only its own classes: the response
/// lists the enrolled characters that it was not trained on and so never names.
public enum ClassifyImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/classify"
    public static let body = BodyKind.images

    /// How many candidates to list when `top` is not given.
    public static let defaultTop = 5
    public static let maximumTop = 1000
    /// How many of the nearest enrolled pictures an answer names.
    public static let nearestListed = 3

    public struct Request: EndpointRequest, Equatable {
        /// How many candidates to list, 1…1000; ``defaultTop`` when nil.
        public var top: Int?
        /// The name of the trained classifier to ask; the prototypes answer when nil.
        public var classifier: String?
        public var selection: FaceSelection
        public var files: [FilePart]

        public init(
            top: Int? = nil, classifier: String? = nil, selection: FaceSelection = FaceSelection(), files: [FilePart]
        ) {
            self.top = top
            self.classifier = classifier
            self.selection = selection
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["top"] = top.map(String.init)
            query["classifier"] = classifier
            selection.add(to: &query)
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(FaceSelection.parameters.union(["classifier", "top"]))
            top = try message.integer("top", in: 1...maximumTop)
            classifier = message.query["classifier"]
            files = try message.files()
            selection = try FaceSelection(message, files: files.count)
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model that answered; the classifier's name if one was asked.
        public var model: String
        /// The name of the head that answered; ``classifierHead`` if a classifier was asked.
        public var head: String
        /// The calibration that gave the probabilities and the threshold: ``ShowCalibration/Response/identity``. Null if a classifier answered,
        /// because it has its own.
        public var calibration: String?
        /// The name of the classifier that answered; null if the prototypes did.
        public var classifier: String?
        /// Warnings about these answers, a sentence each; empty if the prototypes answered.
        public var warnings: [String]
        /// The enrolled characters that the classifier was not trained on, sorted; empty if the prototypes answered.
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

    /// The name of a classifier's head: its dense layer.
    public static let classifierHead = "dense"
}

/// The answer for one image: an answer for each face, and that for the largest face among the image's own members.
@dynamicMemberLookup
public struct Classification: Sendable, Equatable {
    /// The file's name as sent; null for a raw body.
    public var image: String?
    /// The width of the upright picture, in pixels.
    public var width: Int
    /// The height of the upright picture, in pixels.
    public var height: Int
    /// The largest first. Empty if the request asked only for faces that are found, and none was.
    public var faces: [FaceAnswer]

    public init(image: String?, width: Int, height: Int, faces: [FaceAnswer]) {
        self.image = image
        self.width = width
        self.height = height
        self.faces = faces
    }

    /// The answer for the largest face; for a picture without faces, one that names nobody.
    public var largest: FaceAnswer { faces.first ?? .nobody }

    /// The faces whose boxes are of the picture itself: of an animation, those that its first frame shows.
    public var facesOfFirstFrame: [FaceAnswer] { faces.filter { $0.milliseconds ?? 0 == 0 } }

    public subscript<Value>(dynamicMember member: KeyPath<FaceAnswer, Value>) -> Value { largest[keyPath: member] }
}

extension Classification: Codable {
    private enum CodingKeys: String, CodingKey { case image, width, height, faces }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        image = try container.decodeIfPresent(String.self, forKey: .image)
        width = try container.decode(Int.self, forKey: .width)
        height = try container.decode(Int.self, forKey: .height)
        faces = try container.decode([FaceAnswer].self, forKey: .faces)
        // For the description of the API: these members are those of the largest face.
        _ = try FaceAnswer(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try largest.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(image, forKey: .image)
        try container.encode(width, forKey: .width)
        try container.encode(height, forKey: .height)
        try container.encode(faces, forKey: .faces)
    }
}

/// The answer for one face.
public struct FaceAnswer: Codable, Sendable, Equatable {
    /// Where the face is, in pixels of the upright picture; null if the whole picture was taken.
    public var box: PixelBox?
    /// When the frame with this box is first shown, from the beginning of an animation; null for a still picture. The answer is about the same
    /// face in all frames that were looked at.
    public var milliseconds: Int?
    /// The detector's probability that a face is there; null if the whole picture was taken, or the request gave the box.
    public var score: Double?
    /// The character's name; null when unknown.
    public var character: String?
    /// Whether no enrolled character is probable enough.
    public var unknown: Bool
    /// Whether the name is certain: its probability is at least 0.9. A named character that is not certain is probably the right one.
    public var certain: Bool
    /// The probability of the first candidate that is not rejected, which is the named character if there is one; null if there is no
    /// such candidate. It sums to one with the next two.
    public var probability: Double?
    /// The probability that the picture shows another enrolled character.
    public var otherProbability: Double
    /// The probability that the picture shows somebody who is not enrolled; null if a classifier answers, or if the model has no rule to
    /// tell strangers yet. The other probabilities then leave strangers out.
    public var strangerProbability: Double?
    /// The probability that a name needs; null where `stranger_probability` is, because no picture is unknown then.
    public var threshold: Double?
    /// The likeliest characters, in the order of the head; of a classifier, the most probable classes first. The list is there also if the
    /// answer is unknown; it is empty if nobody is enrolled.
    public var candidates: [Candidate]
    /// The Euclidean distance to the nearest mean of a character that is not rejected for the picture; of a classifier, to the nearest mean of
    /// a class. Null if there is none.
    public var meanDistance: Double?
    /// Of a classifier, the picture is unknown if `mean_distance` is greater. Null if the prototypes answer, or if the classifier has no
    /// radius and so never says unknown.
    public var radius: Double?
    /// The difference in probability of the first two candidates that are not rejected; null if there is none.
    public var margin: Double?
    /// The enrolled pictures of that first candidate that are nearest to this one, nearest first; empty if a classifier answers.
    public var nearestImages: [NearImage]

    public init(
        box: PixelBox? = nil, milliseconds: Int? = nil, score: Double? = nil, character: String?, unknown: Bool,
        certain: Bool,
        probability: Double?,
        otherProbability: Double, strangerProbability: Double?, threshold: Double?, candidates: [Candidate],
        meanDistance: Double?, radius: Double?, margin: Double?, nearestImages: [NearImage]
    ) {
        self.box = box
        self.milliseconds = milliseconds
        self.score = score
        self.character = character
        self.unknown = unknown
        self.certain = certain
        self.probability = probability
        self.otherProbability = otherProbability
        self.strangerProbability = strangerProbability
        self.threshold = threshold
        self.candidates = candidates
        self.meanDistance = meanDistance
        self.radius = radius
        self.margin = margin
        self.nearestImages = nearestImages
    }

    /// What is said of a picture without any face.
    public static let nobody = FaceAnswer(
        character: nil, unknown: true, certain: false, probability: nil, otherProbability: 0, strangerProbability: nil,
        threshold: nil, candidates: [], meanDistance: nil, radius: nil, margin: nil, nearestImages: [])
}

/// A character that the picture may show.
public struct Candidate: Codable, Sendable, Equatable {
    /// The character's name.
    public var character: String
    /// The probability that the picture shows this character. Those of all characters sum to one with `stranger_probability`. Of a
    /// classifier, the softmax over the logits of all its classes.
    public var probability: Double
    /// The head's distance. For `posterior` and `mean` it is the Euclidean distance of the picture's embedding to the character's prototype;
    /// `docs/heads.md` defines the others. For a classifier it is the distance from its features, of length 1, to the mean of the
    /// class.
    public var distance: Double
    /// The number of the rejection that says that the picture is not this character; null for others. A rejected candidate is never
    /// named. Its probability is what it would be without the rejection.
    public var rejection: Int64?

    public init(character: String, probability: Double, distance: Double, rejection: Int64? = nil) {
        self.character = character
        self.probability = probability
        self.distance = distance
        self.rejection = rejection
    }
}
