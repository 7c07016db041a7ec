/// `POST /v1/characters/{name}/rejections?source=`: these pictures are not of this character. All or nothing.
///
/// It is remembered through rebuilds and changes of the model; answers do not name the character for these pictures, nor for
/// copies of them.
public enum RejectImages: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/rejections"
    public static let body = BodyKind.images

    /// As for an enrolment: a name, where the pictures come from, and at least one file.
    public typealias Request = EnrollImages.Request

    public struct Response: Codable, Sendable, Equatable {
        /// One for each file, in order.
        public var results: [Result]
        public init(results: [Result]) { self.results = results }
    }

    public struct Result: Codable, Sendable, Equatable {
        public var rejection: RejectionInfo
        /// False where the picture was rejected for this character already: nothing has changed then.
        public var created: Bool

        public init(rejection: RejectionInfo, created: Bool) {
            self.rejection = rejection
            self.created = created
        }
    }
}
