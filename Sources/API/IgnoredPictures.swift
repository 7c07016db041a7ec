public import Foundation

/// `POST /v1/inbox/ignore`: takes pictures out of the inbox for good, all or none: they never come back by themselves. To fetch them back,
/// take the change back.
public enum IgnoreInboxPictures: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/inbox/ignore"
    public static let body = BodyKind.json

    public typealias Request = DiscardInboxPictures.Request

    public struct Response: Codable, Sendable, Equatable {
        /// The pictures as they were.
        public var ignored: [InboxPicture]
        public init(ignored: [InboxPicture]) { self.ignored = ignored }
    }
}

/// `GET /v1/inbox/ignored?limit=&after=`: one page of the pictures that are ignored for good, by the change that ignored them, newest first.
public enum ListIgnoredPictures: ListEndpoint {
    public static let path = "/v1/inbox/ignored"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var ignored: [IgnoredPictures]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(ignored: [IgnoredPictures], next: String? = nil) { (self.ignored, self.next) = (ignored, next) }

        public var entries: [IgnoredPictures] { ignored }
    }
}

/// Pictures of the inbox that were ignored at once.
public struct IgnoredPictures: Codable, Sendable, Equatable {
    /// The number of the change in the trash: `POST /v1/trash/restore` takes it back.
    public var change: Int64
    /// When they were ignored.
    public var at: Date
    /// Who ignored them, as in the audit log.
    public var who: String
    /// The pictures' numbers, smallest first.
    public var pictures: [Int64]

    public init(change: Int64, at: Date, who: String, pictures: [Int64]) {
        self.change = change
        self.at = at
        self.who = who
        self.pictures = pictures
    }
}
