/// `POST /v1/models/{name}/use`: embeds all stored images with that model, then answers with it.
///
/// The old model goes on answering until one transaction makes the new one active.
public enum UseModel: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/models/{name}/use"
    public static let isLong = true

    public typealias Request = NamedRequest

    public struct Response: Codable, Sendable, Equatable {
        public var model: ModelInfo
        /// The name of the model that answered before; null when there was none.
        public var previous: String?
        /// How many images were embedded; those embedded by an earlier, interrupted run are not done again.
        public var embedded: Int
        public var seconds: Double

        public init(model: ModelInfo, previous: String?, embedded: Int, seconds: Double) {
            self.model = model
            self.previous = previous
            self.embedded = embedded
            self.seconds = seconds
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(model, forKey: .model)
            try container.encode(previous, forKey: .previous)
            try container.encode(embedded, forKey: .embedded)
            try container.encode(seconds, forKey: .seconds)
        }

        private enum CodingKeys: String, CodingKey { case model, previous, embedded, seconds }
    }
}
