public import Foundation

/// One change, as the audit log keeps it.
public struct AuditEntry: Sendable, Equatable {
    public let id: Int64
    public let at: Date
    /// Who asked for the change: the value of ``Registry/author`` at the call.
    public let who: String
    /// What was done, such as `character.create` or `image.remove`.
    public let action: String
    /// The name or number of what was changed.
    public let subject: String
    /// JSON with the particulars.
    public let detail: String

    public init(id: Int64, at: Date, who: String, action: String, subject: String, detail: String) {
        self.id = id
        self.at = at
        self.who = who
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}
