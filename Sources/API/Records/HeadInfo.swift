/// A head: how the supports of characters become an answer.
public struct HeadInfo: Codable, Sendable, Equatable {
    /// `mean`, `local-fisher`, …
    public var name: String
    /// What it does, in a phrase.
    public var summary: String
    /// Whether this is the head that answers.
    public var active: Bool

    public init(name: String, summary: String, active: Bool) {
        self.name = name
        self.summary = summary
        self.active = active
    }
}
