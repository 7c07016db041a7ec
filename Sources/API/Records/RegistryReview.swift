/// What the enrolled images say of the whole registry.
public struct RegistryReview: Codable, Sendable, Equatable {
    /// The name of the model whose embeddings were compared.
    public var model: String
    /// Enrolled characters, those without images included, and their images.
    public var characters: Int
    public var images: Int
    /// Characters whose embeddings were read: all, or of very many some, evenly spread.
    public var readCharacters: Int
    /// Images that were asked as if they were not enrolled.
    public var asked: Int
    /// The share of them whose own character is the nearest; null where none was asked.
    public var accuracy: Share?
    /// The share that would be unknown; null where none was asked or there is no radius.
    public var unknown: Share?
    /// Expected accuracy with other numbers of characters like these; empty with fewer than four characters that could be asked.
    public var forecasts: [AccuracyForecast]
    /// The characters that need attention, those with the most wrong images first.
    public var attention: [CharacterAttention]

    public init(
        model: String, characters: Int, images: Int, readCharacters: Int, asked: Int, accuracy: Share?, unknown: Share?,
        forecasts: [AccuracyForecast], attention: [CharacterAttention]
    ) {
        self.model = model
        self.characters = characters
        self.images = images
        self.readCharacters = readCharacters
        self.asked = asked
        self.accuracy = accuracy
        self.unknown = unknown
        self.forecasts = forecasts
        self.attention = attention
    }
}

/// Expected accuracy with a number of characters.
public struct AccuracyForecast: Codable, Sendable, Equatable {
    public var characters: Int
    public var accuracy: Share
    /// Whether fewer are enrolled: then it is drawn on from how accuracy falls up to there.
    public var extrapolated: Bool

    public init(characters: Int, accuracy: Share, extrapolated: Bool) {
        self.characters = characters
        self.accuracy = accuracy
        self.extrapolated = extrapolated
    }
}

/// A character that needs attention.
public struct CharacterAttention: Codable, Sendable, Equatable {
    public var character: String
    public var images: Int
    /// Images that were asked, and those whose own character is not the nearest.
    public var asked: Int
    public var wrong: Int
    /// What to do, a sentence each.
    public var advice: [String]

    public init(character: String, images: Int, asked: Int, wrong: Int, advice: [String]) {
        self.character = character
        self.images = images
        self.asked = asked
        self.wrong = wrong
        self.advice = advice
    }
}
