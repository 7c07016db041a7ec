/// The headers that say on which state of the registry an answer rests. A client that asks several daemons of one registry sees its own changes
/// everywhere if it sends the largest revision that it was answered.
public enum RevisionHeader {
    /// Of an answer: the registry's revision that it rests on, or a later one.
    public static let answered = "AniWho-Revision"
    /// Of a request: the answer is to rest on this revision or a later one.
    public static let least = "AniWho-Least-Revision"
}
