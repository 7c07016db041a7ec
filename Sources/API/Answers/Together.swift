/// `POST /v1/classify/together?top=&faces=&face=&boxes=`: who is the one character that all of these pictures show?
///
/// The answer is made as for one picture, by the mean of the pictures' embeddings. Several pictures say more than one, and an unusual one among
/// them matters less. The pictures must show one character, as the faces of one shot of a video do: otherwise the answer means nothing. A picture
/// with several faces is refused with `several_faces`, unless the request chooses.
public enum ClassifyTogether: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/classify/together"
    public static let body = BodyKind.images

    /// The most pictures in a request.
    public static let maximumFiles = 64

    public struct Request: EndpointRequest, Equatable {
        /// How many candidates to list, 1…1000; ``ClassifyImages/defaultTop`` when nil.
        public var top: Int?
        public var selection: FaceSelection
        /// The pictures, 1…64.
        public var files: [FilePart]

        public init(top: Int? = nil, selection: FaceSelection = FaceSelection(), files: [FilePart]) {
            self.top = top
            self.selection = selection
            self.files = files
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            query["top"] = top.map(String.init)
            selection.add(to: &query)
            return RequestMessage(query: query, body: .files(files))
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(FaceSelection.parameters.union(["top"]))
            top = try message.integer("top", in: 1...ClassifyImages.maximumTop)
            files = try message.files()
            selection = try FaceSelection(message, files: files.count)
            guard files.count <= maximumFiles else {
                throw APIError(
                    .badRequest,
                    "at most \(maximumFiles) pictures are classified together, and the request has \(files.count). Send a part of them"
                )
            }
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// The name of the model that answered.
        public var model: String
        /// The name of the head that answered.
        public var head: String
        /// The calibration that gave the probabilities and the threshold: ``ShowCalibration/Response/identity``.
        public var calibration: String
        /// The files' names as sent, in order; null for a raw body.
        public var images: [String?]
        /// How many independent pictures say as much as these: 1 if they are copies of each other, their number if they differ as much as
        /// enrolled pictures of one character do.
        public var independentImages: Double
        /// The answer for all of them. Its `box` is null.
        public var answer: FaceAnswer

        public init(
            model: String, head: String, calibration: String, images: [String?], independentImages: Double,
            answer: FaceAnswer
        ) {
            self.model = model
            self.head = head
            self.calibration = calibration
            self.images = images
            self.independentImages = independentImages
            self.answer = answer
        }
    }
}
