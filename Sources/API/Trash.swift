public import Foundation

/// What a change in the trash did.
public enum TrashKind: String, Codable, Sendable, CaseIterable, GrowingEnumeration {
    /// Images of characters were removed.
    case imageRemove = "image.remove"
    /// Images were given to another character.
    case imageMove = "image.move"
    /// A character was removed with its images.
    case characterRemove = "character.remove"
    /// All that a character had was given to another, and the character was removed.
    case characterMerge = "character.merge"
    /// Some of a character's images were given to a new one.
    case characterSplit = "character.split"
    /// What a cast pack had brought was removed.
    case packRemove = "pack.remove"
    /// Pictures were taken out of the inbox.
    case inboxDiscard = "inbox.discard"
    /// Pictures of the inbox are ignored for good: they stay in the trash until they are fetched back.
    case inboxIgnore = "inbox.ignore"
    /// Pictures of the inbox were enrolled under a character.
    case inboxName = "inbox.name"

    /// Whether the daemon never removes such a change by itself, and whoever empties the trash does not either.
    public var isKept: Bool { self == .inboxIgnore }
}

/// A change that can be taken back. The pictures that it removed lie in the trash.
public struct TrashedChange: Codable, Sendable, Equatable {
    /// Grows with every change.
    public var id: Int64
    /// When it was made.
    public var at: Date
    /// Who made it, as in the audit log.
    public var who: String
    /// What it did.
    public var kind: TrashKind
    /// The name, at that time, of the character that was removed, merged or split, or that the images were of, or of the cast pack; null for
    /// the inbox, and for images of several characters.
    public var character: String?
    /// The name, at that time, of the character that got the images; null when none did.
    public var into: String?
    /// The pictures that it removed, without rejected ones.
    public var pictures: Int
    /// The images that it gave to another character, or enrolled. They are still enrolled and not in the trash.
    public var moved: Int
    /// The size of all pictures that lie in the trash for it.
    public var bytes: Int
    /// When the daemon removes it for good; null if it keeps the trash for ever, and for ignored pictures.
    public var expiresAt: Date?

    public init(
        id: Int64, at: Date, who: String, kind: TrashKind, character: String?, into: String?, pictures: Int,
        moved: Int, bytes: Int, expiresAt: Date? = nil
    ) {
        self.id = id
        self.at = at
        self.who = who
        self.kind = kind
        self.character = character
        self.into = into
        self.pictures = pictures
        self.moved = moved
        self.bytes = bytes
        self.expiresAt = expiresAt
    }
}

/// How much lies in the trash.
public struct TrashSize: Codable, Sendable, Equatable {
    /// The changes that can be taken back.
    public var changes: Int
    /// The pictures in the trash, without rejected ones.
    public var pictures: Int
    /// The size of all pictures in the trash.
    public var bytes: Int

    public init(changes: Int, pictures: Int, bytes: Int) {
        self.changes = changes
        self.pictures = pictures
        self.bytes = bytes
    }
}

/// A change that was taken back.
public struct RestoredChange: Codable, Sendable, Equatable {
    /// The change as it was in the trash.
    public var change: TrashedChange
    /// The enrolled images and pictures of the inbox that came back from the trash.
    public var pictures: Int
    /// The images that went back to the character that they were taken from, or that are enrolled no more.
    public var moved: Int
    /// Sentences about what has changed since and stays as it is now.
    public var warnings: [String]

    public init(change: TrashedChange, pictures: Int, moved: Int, warnings: [String]) {
        self.change = change
        self.pictures = pictures
        self.moved = moved
        self.warnings = warnings
    }
}

/// `GET /v1/trash?limit=&after=`: one page of the changes that can be taken back, newest first.
public enum ListTrash: ListEndpoint {
    public static let path = "/v1/trash"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var changes: [TrashedChange]
        /// As ``PagedResponse/next``.
        public var next: String?
        /// Of the whole trash.
        public var size: TrashSize

        public init(changes: [TrashedChange], next: String?, size: TrashSize) {
            self.changes = changes
            self.next = next
            self.size = size
        }

        public var entries: [TrashedChange] { changes }
    }
}

/// `POST /v1/trash/restore`: takes changes back, newest first; all or none.
public enum RestoreTrash: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/trash/restore"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// The numbers of the changes, at least one.
        public var changes: [Int64]

        public init(changes: [Int64]) { self.changes = changes }

        public func check() throws(APIError) {
            guard !changes.isEmpty else { throw APIError(.badRequest, "changes names no change") }
        }
    }

    public struct Response: Codable, Sendable, Equatable {
        /// In the order in which they were taken back.
        public var restored: [RestoredChange]
        public init(restored: [RestoredChange]) { self.restored = restored }
    }
}

/// `DELETE /v1/trash`: removes everything in the trash for good, except for ignored pictures of the inbox.
public enum EmptyTrash: Endpoint {
    public static let method = HTTPMethod.delete
    public static let path = "/v1/trash"

    public typealias Request = EmptyRequest
    /// What was removed.
    public typealias Response = TrashSize
}

/// `POST /v1/undo`: takes the newest change in the trash back.
public enum UndoChange: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/undo"
    public static let body = BodyKind.json

    public struct Request: JSONRequest {
        /// The number of the change that the caller expects to be the newest: with another one there, the daemon takes nothing back and
        /// answers 409. Null for whichever is the newest.
        public var change: Int64?

        public init(change: Int64? = nil) { self.change = change }
    }

    public typealias Response = RestoredChange
}
