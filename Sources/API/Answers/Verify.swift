public import Statistics

/// `POST /v1/verify?error=&faces=&face=&boxes=`: do these two pictures show one character? Neither need be enrolled. A picture with several faces is
/// refused with `several_faces`, unless the request chooses; `boxes` holds one box for each picture.
///
/// The daemon compares the distance of the two embeddings with bounds that it fits on pairs of enrolled pictures.
public enum VerifyImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/verify"
    public static let body = BodyKind.images

    /// The allowed share of wrong answers of either kind when `error` is not given.
    public static let defaultError = 0.05
    public static let errors = 0.001...0.4

    public struct Request: EndpointRequest, Equatable {
        /// The share of one character's pairs that may be called different, and of two characters' pairs that may be called the
        /// same; ``defaultError`` when nil.
        public var error: Double?
        public var selection: FaceSelection
        /// The two pictures.
        public var files: [FilePart]

        public init(error: Double? = nil, selection: FaceSelection = FaceSelection(), files: [FilePart]) {
            self.error = error
            self.selection = selection
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["error"] = error.map { "\($0)" }
            selection.add(to: &query)
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(FaceSelection.parameters.union(["error"]))
            error = try message.number("error", in: errors)
            files = try message.files()
            guard files.count == 2 else {
                throw APIError(.badRequest, "verify compares two pictures, and the request has \(files.count)")
            }
            selection = try FaceSelection(message, files: 2, takesBoxEach: true)
        }
    }

    /// Whether two pictures show one character.
    public enum Verdict: String, Codable, Sendable, CaseIterable {
        /// They show the same character.
        case same
        /// They are neither near enough nor far enough to tell.
        case undecided
        /// They show different characters.
        case different
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model whose embeddings were compared.
        public var model: String
        /// Whether they show one character.
        public var answer: Verdict
        /// The Euclidean distance of the two pictures' embeddings.
        public var distance: Double
        /// The bounds that gave the answer; null if too little is enrolled to fit any.
        public var bounds: PairBounds?
        /// Why there are no bounds; null if there are.
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

/// The distances that tell whether two pictures show one character or two: fitted on pairs of enrolled pictures.
public struct PairBounds: Codable, Sendable, Equatable {
    /// Pictures up to this distance apart show the same character.
    public var sameUpTo: Double
    /// Pictures farther apart show different characters.
    public var differentBeyond: Double
    /// The requested share of wrong answers.
    public var allowedError: Double
    /// The share of two characters' pairs called the same.
    public var falseSame: Estimate
    /// The share of one character's pairs called different.
    public var falseDifferent: Estimate
    /// The share of undecided pairs; both kinds have equal weight.
    public var undecided: Estimate
    /// The number of characters whose pictures were paired.
    public var characters: Int
    /// The number of pairs of one character.
    public var samePairs: Int
    /// The number of pairs of two characters.
    public var differentPairs: Int

    public init(
        sameUpTo: Double, differentBeyond: Double, allowedError: Double, falseSame: Estimate, falseDifferent: Estimate,
        undecided: Estimate, characters: Int, samePairs: Int, differentPairs: Int
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
