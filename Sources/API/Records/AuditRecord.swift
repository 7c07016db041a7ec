public import Foundation

/// One change of the registry, as the log keeps it.
public struct AuditRecord: Codable, Sendable, Equatable {
    /// Grows with every change.
    public var id: Int64
    public var at: Date
    /// Who asked for it: `uid 1000`, `token bot`, `job 3`, or `aniwhod` for what the daemon did by itself.
    public var who: String
    /// What was done: `character.create`, `image.remove`, …
    public var action: String
    /// The name or number of what was changed.
    public var subject: String
    /// The particulars.
    public var detail: JSONValue

    public init(id: Int64, at: Date, who: String, action: String, subject: String, detail: JSONValue) {
        self.id = id
        self.at = at
        self.who = who
        self.action = action
        self.subject = subject
        self.detail = detail
    }

    /// The user who asked, where a user did.
    public var uid: Int? {
        let words = who.split(separator: " ")
        return words.count == 2 && words[0] == "uid" ? Int(words[1]) : nil
    }
}
