public import Foundation

/// How much a registry holds.
public struct RegistryCounts: Codable, Sendable, Equatable {
    public var characters: Int
    /// Pictures, and vectors of cast packs.
    public var images: Int
    /// Those of the images that are vectors of cast packs.
    public var packImages: Int
    public var models: Int
    public var classifiers: Int
    /// Characters that a search can find: those with at least one image.
    public var prototypes: Int

    public init(
        characters: Int, images: Int, packImages: Int = 0, models: Int, classifiers: Int, prototypes: Int
    ) {
        self.characters = characters
        self.images = images
        self.packImages = packImages
        self.models = models
        self.classifiers = classifiers
        self.prototypes = prototypes
    }
}

/// One of the daemons that serve a database together.
public struct DaemonRecord: Codable, Sendable, Equatable {
    /// Of its data directory.
    public var id: String
    /// The name of its machine.
    public var name: String
    /// Its version.
    public var version: String
    /// When it started, by the database's clock.
    public var startedAt: Date
    /// The seconds since it gave the last sign of life.
    public var silentSeconds: Double
    /// The revision that its memory showed then.
    public var revision: Int64
    /// Identity of the model that it has loaded to answer with next; null for none.
    public var prepared: String?
    /// Whether it counts as living: others take over the jobs of one that does not.
    public var isLive: Bool

    public init(
        id: String, name: String, version: String, startedAt: Date, silentSeconds: Double, revision: Int64,
        prepared: String?, isLive: Bool
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.startedAt = startedAt
        self.silentSeconds = silentSeconds
        self.revision = revision
        self.prepared = prepared
        self.isLive = isLive
    }
}

/// `GET /v1/status`: what the daemon runs with, and how much it holds.
public enum GetStatus: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/status"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The daemon's version.
        public var version: String
        /// The seconds since the daemon started.
        public var uptimeSeconds: Double
        /// The socket's path.
        public var socket: String
        /// The folder of the registry.
        public var dataDirectory: String
        /// The model that answers; null while none is ready.
        public var model: ModelSummary?
        /// The name of the head that answers.
        public var head: String
        /// The enrolled characters.
        public var characters: Int
        /// The enrolled images: pictures, and vectors of cast packs.
        public var images: Int
        /// Those of the images that are vectors of cast packs, which have no picture.
        public var packImages: Int
        /// The characters with a prototype, which answers can name.
        public var prototypes: Int
        /// Trained classifiers.
        public var classifiers: Int
        /// What can be taken back, and the room that it takes.
        public var trash: TrashSize
        /// The memory that the daemon uses.
        public var residentBytes: Int
        /// The revision of what answers rest on: it grows with every change of that.
        public var revision: Int64
        /// The daemons that serve the registry's database; empty if the registry is a file, which one daemon serves.
        public var daemons: [DaemonRecord]

        public init(
            version: String, uptimeSeconds: Double, socket: String, dataDirectory: String, model: ModelSummary?,
            head: String, counts: RegistryCounts, trash: TrashSize, residentBytes: Int, revision: Int64,
            daemons: [DaemonRecord]
        ) {
            self.version = version
            self.uptimeSeconds = uptimeSeconds
            self.socket = socket
            self.dataDirectory = dataDirectory
            self.model = model
            self.head = head
            characters = counts.characters
            images = counts.images
            packImages = counts.packImages
            prototypes = counts.prototypes
            classifiers = counts.classifiers
            self.trash = trash
            self.residentBytes = residentBytes
            self.revision = revision
            self.daemons = daemons
        }
    }
}

/// `GET /healthz`: the process is alive.
public enum CheckHealth: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/healthz"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// Always `ok`.
        public var status: String
        public init(status: String) { self.status = status }
    }
}

/// `GET /readyz`: the daemon can classify; otherwise 503 with `not_ready`.
public enum CheckReadiness: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/readyz"

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// Always `ready`.
        public var status: String
        public init(status: String) { self.status = status }
    }
}

/// `GET /metrics`: Prometheus text.
public enum FetchMetrics: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/metrics"
    public static let responseKind = ResponseKind.text(MediaType.metrics)

    public typealias Request = EmptyRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The text exposition format, version 0.0.4.
        public var text: String
        public init(text: String) { self.text = text }
    }

    public static func encode(_ response: Response) throws(APIError) -> ResponseMessage {
        ResponseMessage(status: successStatus, contentType: MediaType.metrics, body: Data(response.text.utf8))
    }

    public static func decode(_ message: ResponseMessage) throws(APIError) -> Response {
        Response(text: String(decoding: message.body, as: UTF8.self))
    }
}

/// `GET /openapi.json`: the description of this API, OpenAPI 3.1; see ``OpenAPIDocument``.
public enum FetchOpenAPI: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/openapi.json"

    public typealias Request = EmptyRequest
    public typealias Response = JSONValue
}
