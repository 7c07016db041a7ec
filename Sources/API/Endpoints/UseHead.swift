/// `POST /v1/heads/{name}/use?dry_run=`: fits that head on what is enrolled, says which answers change, then answers with it, after a
/// restart too. With `dry_run=true` the head before goes on answering.
public enum UseHead: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/heads/{name}/use"
    public static let isLong = true

    public typealias Request = UseRequest

    public struct Response: Codable, Sendable, Equatable {
        public var head: HeadInfo
        /// The name of the head that answered before.
        public var previous: String
        /// What changes; null where the head before can no longer be fitted on what is enrolled, or no model is loaded yet.
        public var answers: AnswerChanges?
        public var seconds: Double

        public init(head: HeadInfo, previous: String, answers: AnswerChanges?, seconds: Double) {
            self.head = head
            self.previous = previous
            self.answers = answers
            self.seconds = seconds
        }
    }
}
