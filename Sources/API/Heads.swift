public import Statistics

/// A head: how the supports of characters become an answer.
public struct HeadSummary: Codable, Sendable, Equatable {
    /// The head's name, such as `mean` or `local-fisher`.
    public var name: String
    /// What it does, in one phrase.
    public var summary: String
    /// Whether this is the head that answers.
    public var active: Bool

    public init(name: String, summary: String, active: Bool) {
        self.name = name
        self.summary = summary
        self.active = active
    }
}

/// `GET /v1/heads?limit=&after=`: one page of the heads.
public enum ListHeads: ListEndpoint {
    public static let path = "/v1/heads"

    public typealias Request = PageRequest

    public struct Response: PagedResponse, Equatable {
        /// The entries of the page.
        public var heads: [HeadSummary]
        /// As ``PagedResponse/next``.
        public var next: String?

        public init(heads: [HeadSummary], next: String? = nil) { (self.heads, self.next) = (heads, next) }

        public var entries: [HeadSummary] { heads }
    }
}

/// `POST /v1/heads/comparison`: starts a job that compares all heads on what is enrolled. Each image is asked of heads that were fitted without it. Changes
/// nothing.
public enum CompareHeads: WorkEndpoint {
    public static let path = "/v1/heads/comparison"

    public typealias Request = EmptyRequest

    public struct Outcome: Codable, Sendable, Equatable {
        /// The number of characters read: all that have images, or an evenly spaced sample of very many.
        public var characters: Int
        /// The number of images asked.
        public var asked: Int
        /// In the order of `GET /v1/heads`.
        public var heads: [ComparedHead]
        /// The head to use: the one in use, unless the interval of another one's gain lies above zero.
        public var suggestion: String

        public init(characters: Int, asked: Int, heads: [ComparedHead], suggestion: String) {
            self.characters = characters
            self.asked = asked
            self.heads = heads
            self.suggestion = suggestion
        }
    }
}

/// A head's result on what is enrolled.
public struct ComparedHead: Codable, Sendable, Equatable {
    /// The head's name.
    public var name: String
    /// Whether this is the head that answers.
    public var active: Bool
    /// The share of images answered rightly; null if the head could not be fitted.
    public var accuracy: Estimate?
    /// The difference of its accuracy to that of the head in use, with an interval over characters; null for the head in use.
    public var gain: Estimate?
    /// Why the head could not be fitted; null if it was.
    public var refusal: String?

    public init(name: String, active: Bool, accuracy: Estimate?, gain: Estimate?, refusal: String?) {
        self.name = name
        self.active = active
        self.accuracy = accuracy
        self.gain = gain
        self.refusal = refusal
    }
}

/// `POST /v1/heads/{name}/use?dry_run=`: fits a head on what is enrolled, reports which answers change, then answers with it, also
/// after a restart. With `dry_run=true` the head before goes on answering.
public enum UseHead: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/heads/{name}/use"
    public static let isLong = true

    public typealias Request = UseRequest

    public struct Response: Codable, Sendable, Equatable {
        /// The head.
        public var head: HeadSummary
        /// The name of the head that answered before.
        public var previous: String
        /// Which answers change; null if the head before can no longer be fitted on what is enrolled, or no model is loaded yet.
        public var answers: AnswerChanges?
        /// How long it took.
        public var seconds: Double

        public init(head: HeadSummary, previous: String, answers: AnswerChanges?, seconds: Double) {
            self.head = head
            self.previous = previous
            self.answers = answers
            self.seconds = seconds
        }
    }
}
