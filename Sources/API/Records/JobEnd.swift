/// The last line of a job's events, `"event":"end"`: where the job stands.
///
/// A job that is queued or running then goes on when the daemon, which stops, starts again.
public struct JobEnd: Codable, Sendable, Equatable {
    /// `end`
    public var event: String
    public var id: Int64
    /// null when it is of a kind that this version does not know.
    public var kind: JobKind?
    public var state: JobState
    /// The name of the model or classifier it made, or is to make.
    public var name: String
    /// Why it failed.
    public var error: String?

    public init(id: Int64, kind: JobKind?, state: JobState, name: String, error: String?) {
        event = Self.event
        self.id = id
        self.kind = kind
        self.state = state
        self.name = name
        self.error = error
    }

    public static let event = "end"
}
