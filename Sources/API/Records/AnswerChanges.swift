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
