/// What an enrolment did.
public struct Enrollment: Sendable, Equatable {
    /// An image of the request that was already stored under the same character, or came twice in the request.
    public struct Duplicate: Sendable, Equatable {
        /// Its place in the request, from 0.
        public let index: Int
        /// The one that is stored.
        public let image: ImageRecord

        public init(index: Int, image: ImageRecord) {
            self.index = index
            self.image = image
        }
    }

    /// An image of the request whose bytes are also stored under another character.
    ///
    /// It is stored nevertheless: a picture may show two characters, and only the owner can tell a mistake from that.
    public struct Conflict: Sendable, Equatable {
        /// Its place in the request, from 0.
        public let index: Int
        /// The other character's image.
        public let image: ImageRecord

        public init(index: Int, image: ImageRecord) {
            self.index = index
            self.image = image
        }
    }

    /// The character after the enrolment.
    public let character: CharacterRecord
    /// Whether the enrolment created the character.
    public let created: Bool
    /// The images stored, in the order of the request.
    public let added: [ImageRecord]
    public let duplicates: [Duplicate]
    public let conflicts: [Conflict]

    public init(
        character: CharacterRecord, created: Bool, added: [ImageRecord], duplicates: [Duplicate], conflicts: [Conflict]
    ) {
        self.character = character
        self.created = created
        self.added = added
        self.duplicates = duplicates
        self.conflicts = conflicts
    }
}
