public import Foundation

/// A face detector in the registry.
public struct DetectorSummary: Codable, Sendable, Equatable {
    /// The detector's name.
    public var name: String
    /// SHA-256 of the file, in hexadecimal.
    public var identity: String
    /// The lowest score of a face.
    public var threshold: Double
    /// The long side that pictures are resized to, in pixels.
    public var longSide: Int
    /// The size of the file.
    public var bytes: Int
    /// When it was imported.
    public var addedAt: Date
    /// Whether this is the detector that finds faces now.
    public var active: Bool

    public init(
        name: String, identity: String, threshold: Double, longSide: Int, bytes: Int, addedAt: Date, active: Bool
    ) {
        self.name = name
        self.identity = identity
        self.threshold = threshold
        self.longSide = longSide
        self.bytes = bytes
        self.addedAt = addedAt
        self.active = active
    }
}

/// `GET /v1/detectors?limit=&after=`: one page of the face detectors in the registry.
public enum ListDetectors: ListEndpoint {
    public static let path = "/v1/detectors"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var detectors: [DetectorSummary]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(detectors: [DetectorSummary], next: String? = nil) {
            (self.detectors, self.next) = (detectors, next)
        }

        public var entries: [DetectorSummary] { detectors }
    }
}

/// `POST /v1/detectors?name=`: imports a face detector's file, the request's body, into the registry, without using it yet.
public enum ImportDetector: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/detectors"
    public static let body = BodyKind.file
    public static let successStatus = 201
    public static let isLong = true

    public typealias Request = ImportClassifier.Request
    public typealias Response = DetectorSummary
}

/// `POST /v1/detectors/{name}/use`: finds faces with this detector from now on. The boxes of enrolled images stay as they are.
public enum UseDetector: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/detectors/{name}/use"

    public typealias Request = NamedRequest
    public typealias Response = DetectorSummary
}

/// `POST /v1/detectors/rollback`: finds faces with the former detector again. A second rollback undoes the first.
public enum RollBackDetector: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/detectors/rollback"

    public typealias Request = EmptyRequest
    /// The detector that finds faces now.
    public typealias Response = DetectorSummary
}

/// `DELETE /v1/detectors/{name}`: removes a face detector. The daemon refuses, with status 409, to remove the active one.
public enum RemoveDetector: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/detectors/{name}"

    public typealias Request = NamedRequest
    /// The detector as it was.
    public typealias Response = DetectorSummary
}
