/// `POST /v1/models/{name}/use?dry_run=`: a job that embeds all stored images with that model, says which answers change, and then
/// answers with it.
///
/// The old model goes on answering until one transaction makes the new one active. `GET /v1/jobs/{id}/events` tells
/// ``ModelChangeEvent``s. With `dry_run=true` the job ends before the swap; the vectors stay for the next time.
public enum UseModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models/{name}/use"
    public static let successStatus = 202

    public typealias Request = UseRequest
    public typealias Response = Job
}

/// `POST /v1/models/rollback`: a job that goes back to the model that answered before, with the head and the calibration that it had.
///
/// Images enrolled since are embedded first; `GET /v1/jobs/{id}/events` tells ``ModelChangeEvent``s. Done again, it undoes itself.
public enum RollBackModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models/rollback"
    public static let successStatus = 202

    public typealias Request = EmptyRequest
    public typealias Response = Job
}

/// What a job that changes the model tells, a line each, between `launch` and ``JobEnd``.
public enum ModelChangeEvent: Codable, Sendable, Equatable {
    /// How far the images are embedded.
    case progress(ShadowProgress)
    /// An answer that changes; all of them come before the totals.
    case change(ChangedAnswer)
    /// How many answers change.
    case answers(AnswerTotals)
    /// The new model answers from now on.
    case swap(ModelSwap)

    private enum CodingKeys: String, CodingKey { case event }
    private enum Kind: String, Codable { case progress, change, answers, swap }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .event) {
            case .progress: .progress(try ShadowProgress(from: decoder))
            case .change: .change(try ChangedAnswer(from: decoder))
            case .answers: .answers(try AnswerTotals(from: decoder))
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
            case .swap(let value): (.swap, value)
            }
        try container.encode(kind, forKey: .event)
        try value.encode(to: encoder)
    }
}

/// How far the images are embedded by another model.
public struct ShadowProgress: Codable, Sendable, Equatable {
    /// Images and rejected pictures that have their vector, those of an earlier, interrupted run included.
    public var done: Int
    public var all: Int
    /// A second; null before the first are done.
    public var rate: Double?
    public var secondsLeft: Double?

    public init(done: Int, all: Int, rate: Double?) {
        self.done = done
        self.all = all
        self.rate = rate
        secondsLeft = rate.map { Double(all - done) / $0 }
    }
}

/// A change of the model that is done.
public struct ModelSwap: Codable, Sendable, Equatable {
    /// The name of the model that answers.
    public var model: String
    /// The one that answered before.
    public var previous: String
    /// The head that answers.
    public var head: String
    /// How many images were embedded by this run.
    public var embedded: Int

    public init(model: String, previous: String, head: String, embedded: Int) {
        self.model = model
        self.previous = previous
        self.head = head
        self.embedded = embedded
    }
}

/// What another model or head would change in the answers on the enrolled images, each asked as if it were not enrolled.
public struct AnswerChanges: Codable, Sendable, Equatable {
    public var totals: AnswerTotals
    /// In the order of the characters' numbers, then of the images'.
    public var changes: [ChangedAnswer]

    public init(totals: AnswerTotals, changes: [ChangedAnswer]) {
        self.totals = totals
        self.changes = changes
    }
}

/// How many answers are what, by what answers now and by what would.
public struct AnswerTotals: Codable, Sendable, Equatable {
    /// Enrolled images.
    public var images: Int
    /// Images that were asked: all of characters with two or more, or of very many some, at even distances.
    public var asked: Int
    public var before: AnswerCounts
    public var after: AnswerCounts
    /// Images whose answer changes.
    public var changed: Int

    public init(images: Int, asked: Int, before: AnswerCounts, after: AnswerCounts, changed: Int) {
        self.images = images
        self.asked = asked
        self.before = before
        self.after = after
        self.changed = changed
    }
}

/// Of the images asked: named as their own character, or unknown; the rest is named as somebody else.
public struct AnswerCounts: Codable, Sendable, Equatable {
    public var right: Int
    public var unknown: Int

    public init(right: Int, unknown: Int) {
        self.right = right
        self.unknown = unknown
    }
}

/// An enrolled image whose answer changes.
public struct ChangedAnswer: Codable, Sendable, Equatable {
    public var image: Int64
    /// Its own.
    public var character: String
    /// Who is named; null for unknown.
    public var before: String?
    public var after: String?

    public init(image: Int64, character: String, before: String?, after: String?) {
        self.image = image
        self.character = character
        self.before = before
        self.after = after
    }
}
