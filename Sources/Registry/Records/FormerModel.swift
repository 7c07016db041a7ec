/// The model that answered before the one that answers now, and the settings that went with it.
public struct FormerModel: Sendable, Equatable {
    public let model: ModelRecord
    /// By key; those that were not set are absent.
    public let settings: [String: String]

    public init(model: ModelRecord, settings: [String: String]) {
        self.model = model
        self.settings = settings
    }
}
