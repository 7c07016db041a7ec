/// `POST /v1/verify?error=`: do these two pictures show one character? Neither need be enrolled.
///
/// The answer is by the distance of the two embeddings, and bounds fitted on pairs of enrolled pictures.
public enum VerifyImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/verify"
    public static let body = BodyKind.images

    /// The part of wrong answers of either kind, when `error` is not given.
    public static let defaultError = 0.05
    public static let errors = 0.001...0.4

    public struct Request: EndpointRequest, Equatable {
        /// The part of one character's pairs that may be called different, and of two characters' that may be called the same;
        /// ``defaultError`` when nil.
        public var error: Double?
        /// Two.
        public var files: [FilePart]

        public init(error: Double? = nil, files: [FilePart]) {
            self.error = error
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["error"] = error.map { "\($0)" }
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["error"])
            error = try message.number("error", in: errors)
            files = try message.files()
            guard files.count == 2 else {
                throw APIError(.badRequest, "two pictures are compared, and the request holds \(files.count)")
            }
        }
    }

    public enum Verdict: String, Codable, Sendable, CaseIterable {
        case same, undecided, different
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model whose embeddings were compared.
        public var model: String
        public var answer: Verdict
        /// The Euclidean distance of the two pictures' embeddings.
        public var distance: Double
        /// What was answered by; null where too little is enrolled to say more than the distance.
        public var bounds: PairBounds?
        /// Why there are no bounds; null where there are.
        public var reason: String?

        public init(model: String, answer: Verdict, distance: Double, bounds: PairBounds?, reason: String?) {
            self.model = model
            self.answer = answer
            self.distance = distance
            self.bounds = bounds
            self.reason = reason
        }
    }
}

/// By which distances two pictures are of one character, or of two: fitted on pairs of enrolled pictures.
public struct PairBounds: Codable, Sendable, Equatable {
    /// Up to here they are the same.
    public var sameUpTo: Double
    /// Beyond they are different.
    public var differentBeyond: Double
    /// The part of wrong answers that was asked for.
    public var allowedError: Double
    /// Of two characters' pairs, the part called the same.
    public var falseSame: RateInfo
    /// Of one character's pairs, the part called different.
    public var falseDifferent: RateInfo
    /// Of all pairs, the part not decided; both kinds count alike.
    public var undecided: RateInfo
    /// Characters whose pictures were paired.
    public var characters: Int
    public var samePairs: Int
    public var differentPairs: Int

    public init(
        sameUpTo: Double, differentBeyond: Double, allowedError: Double, falseSame: RateInfo, falseDifferent: RateInfo,
        undecided: RateInfo, characters: Int, samePairs: Int, differentPairs: Int
    ) {
        self.sameUpTo = sameUpTo
        self.differentBeyond = differentBeyond
        self.allowedError = allowedError
        self.falseSame = falseSame
        self.falseDifferent = falseDifferent
        self.undecided = undecided
        self.characters = characters
        self.samePairs = samePairs
        self.differentPairs = differentPairs
    }
}
