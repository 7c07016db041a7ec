/// `GET /v1/status`: what is running, with which model, holding how much.
public enum GetStatus: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/status"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        public var version: String
        public var uptimeSeconds: Double
        /// The socket's path.
        public var socket: String
        public var dataDirectory: String
        /// The model that answers; null while none is ready.
        public var model: ModelInfo?
        /// The name of the head that answers.
        public var head: String
        public var characters: Int
        public var images: Int
        public var prototypes: Int
        /// How many trained classifiers may be asked.
        public var classifiers: Int
        public var residentBytes: Int

        public init(
            version: String, uptimeSeconds: Double, socket: String, dataDirectory: String, model: ModelInfo?,
            head: String, characters: Int, images: Int, prototypes: Int, classifiers: Int,
            residentBytes: Int
        ) {
            self.version = version
            self.uptimeSeconds = uptimeSeconds
            self.socket = socket
            self.dataDirectory = dataDirectory
            self.model = model
            self.head = head
            self.characters = characters
            self.images = images
            self.prototypes = prototypes
            self.classifiers = classifiers
            self.residentBytes = residentBytes
        }
    }
}
