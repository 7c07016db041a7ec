/// Everything enrolled, as the active model sees it: the support of a classifier.
public struct Support: Sendable, Equatable {
    /// A character and the embeddings of its images.
    public struct Character: Sendable, Equatable {
        public let id: Int64
        public let name: String
        /// Their numbers, in order.
        public let images: [Int64]
        /// In the order of the images.
        public let embeddings: [[Float]]

        public init(id: Int64, name: String, images: [Int64], embeddings: [[Float]]) {
            self.id = id
            self.name = name
            self.images = images
            self.embeddings = embeddings
        }
    }

    /// ``PrototypeStore/supportRevision`` when this was read.
    public let revision: Int
    /// In the order of their numbers; characters without images are left out.
    public let characters: [Character]

    public init(revision: Int, characters: [Character]) {
        self.revision = revision
        self.characters = characters
    }
}
