/// `POST /v1/models/{name}/use?dry_run=&without_packs=`: starts a job that embeds all stored images with a model, reports which answers change, and
/// then makes the model active.
///
/// The former model answers until one transaction makes the new one active. `GET /v1/jobs/{id}/events` sends ``ModelChangeEvent``s.
/// With `dry_run=true` the job ends before that transaction; the vectors stay for the next time.
public enum UseModel: JobEndpoint {
    public static let path = "/v1/models/{name}/use"

    public struct Request: EndpointRequest, Equatable {
        /// The model's name.
        public var name: String
        /// Whether to report only which answers would change.
        public var dryRun: Bool
        /// Whether to change the model although vectors of cast packs count no more then. Otherwise the daemon refuses that with
        /// `packs_would_rest`, and names the characters.
        public var withoutPacks: Bool

        public init(name: String, dryRun: Bool = false, withoutPacks: Bool = false) {
            self.name = name
            self.dryRun = dryRun
            self.withoutPacks = withoutPacks
        }

        public func message() throws(APIError) -> RequestMessage {
            var query: [String: String] = [:]
            if dryRun { query["dry_run"] = "true" }
            if withoutPacks { query["without_packs"] = "true" }
            return RequestMessage(parameters: ["name": name], query: query)
        }

        public init(message: RequestMessage) throws(APIError) {
            try message.allowQuery(["dry_run", "without_packs"])
            name = try message.parameter("name")
            dryRun = try message.flag("dry_run")
            withoutPacks = try message.flag("without_packs")
        }
    }
}

/// `POST /v1/models/rollback`: starts a job that makes the former model active again, with the head and the calibration that it had.
///
/// The job first embeds images that were enrolled since. `GET /v1/jobs/{id}/events` sends ``ModelChangeEvent``s. A second rollback
/// undoes the first.
public enum RollBackModel: JobEndpoint {
    public static let path = "/v1/models/rollback"

    public typealias Request = EmptyRequest
}

/// The events of a job that changes the active model, a line each, between `launch` and ``JobEnd``.
public enum ModelChangeEvent: Codable, Sendable, Equatable {
    /// How many images are embedded.
    case progress(EmbeddingProgress)
    /// An answer that changes; all of these events come before `answers`.
    case change(ChangedAnswer)
    /// How many answers change.
    case answers(AnswerTotals)
    /// The vectors of cast packs that count no more after the change. Comes only if there are some.
    case packs(RestingPacks)
    /// The new model is active from now on.
    case swap(ModelSwap)

    private enum CodingKeys: String, CodingKey { case event }
    private enum Kind: String, Codable { case progress, change, answers, packs, swap }

    /// The lines that these events are.
    static let lines: [StreamLine] = [
        StreamLine(Kind.progress.rawValue, EmbeddingProgress.self),
        StreamLine(Kind.change.rawValue, ChangedAnswer.self),
        StreamLine(Kind.answers.rawValue, AnswerTotals.self), StreamLine(Kind.packs.rawValue, RestingPacks.self),
        StreamLine(Kind.swap.rawValue, ModelSwap.self),
    ]

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .event) {
            case .progress: .progress(try EmbeddingProgress(from: decoder))
            case .change: .change(try ChangedAnswer(from: decoder))
            case .answers: .answers(try AnswerTotals(from: decoder))
            case .packs: .packs(try RestingPacks(from: decoder))
            case .swap: .swap(try ModelSwap(from: decoder))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let (kind, value): (Kind, any Encodable) =
            switch self {
            case .progress(let value): (.progress, value)
            case .change(let value): (.change, value)
            case .answers(let value): (.answers, value)
            case .packs(let value): (.packs, value)
            case .swap(let value): (.swap, value)
            }
        try container.encode(kind, forKey: .event)
        try value.encode(to: encoder)
    }
}

/// How many images have their vector of the new model.
public struct EmbeddingProgress: Codable, Sendable, Equatable {
    /// Images and rejected pictures with a vector, including those of an earlier, interrupted run.
    public var done: Int
    /// All images and rejected pictures.
    public var all: Int
    /// Images a second; null before the first page is done.
    public var rate: Double?
    /// The seconds that the rest will take; null before the first page is done.
    public var secondsLeft: Double?

    public init(done: Int, all: Int, rate: Double?) {
        self.done = done
        self.all = all
        self.rate = rate
        secondsLeft = rate.map { Double(all - done) / $0 }
    }
}

/// A completed change of the active model.
public struct ModelSwap: Codable, Sendable, Equatable {
    /// The name of the active model.
    public var model: String
    /// The name of the former model.
    public var previous: String
    /// The head that answers.
    public var head: String
    /// How many images this run embedded.
    public var embedded: Int

    public init(model: String, previous: String, head: String, embedded: Int) {
        self.model = model
        self.previous = previous
        self.head = head
        self.embedded = embedded
    }
}

/// Which answers about enrolled images change with another model or head. Each image is asked as if it were not enrolled.
public struct AnswerChanges: Codable, Sendable, Equatable {
    /// How many answers change.
    public var totals: AnswerTotals
    /// In the order of the characters' numbers, then of the images' numbers.
    public var changes: [ChangedAnswer]

    public init(totals: AnswerTotals, changes: [ChangedAnswer]) {
        self.totals = totals
        self.changes = changes
    }
}

/// Counts of answers before and after a change.
public struct AnswerTotals: Codable, Sendable, Equatable {
    /// The number of enrolled images.
    public var images: Int
    /// The number of images asked: all images of characters with two or more, or an evenly spaced sample of very many.
    public var asked: Int
    /// The answers before the change.
    public var before: AnswerCounts
    /// The answers after the change.
    public var after: AnswerCounts
    /// The number of images whose answer changes.
    public var changed: Int

    public init(images: Int, asked: Int, before: AnswerCounts, after: AnswerCounts, changed: Int) {
        self.images = images
        self.asked = asked
        self.before = before
        self.after = after
        self.changed = changed
    }
}

/// Of the images asked, those named as their own character and those unknown. The others are named as another character.
public struct AnswerCounts: Codable, Sendable, Equatable {
    /// The images named as their own character.
    public var right: Int
    /// The images that are unknown.
    public var unknown: Int

    public init(right: Int, unknown: Int) {
        self.right = right
        self.unknown = unknown
    }
}

/// An enrolled image whose answer changes.
public struct ChangedAnswer: Codable, Sendable, Equatable {
    /// The image's number.
    public var image: Int64
    /// The character it is enrolled under.
    public var character: String
    /// The named character; null for unknown.
    public var before: String?
    /// The character named after the change; null for unknown.
    public var after: String?

    public init(image: Int64, character: String, before: String?, after: String?) {
        self.image = image
        self.character = character
        self.before = before
        self.after = after
    }
}
