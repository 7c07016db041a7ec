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
