/// `GET /v1/characters/{name}/review`: what a character's own images say of it.
public enum ReviewCharacter: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/characters/{name}/review"

    public typealias Request = NamedRequest
    public typealias Response = CharacterReview
}

/// `GET /v1/review`: what the enrolled images say of the whole registry.
public enum ReviewRegistry: Endpoint {
    public static let method = HTTPMethod.get
    public static let path = "/v1/review"
    public static let isLong = true

    public typealias Request = EmptyRequest
    public typealias Response = RegistryReview
}

/// What a character's own images say of it, each asked as if it were not enrolled.
public struct CharacterReview: Codable, Sendable, Equatable {
    public var character: String
    public var images: Int
    /// How many images were asked; a lone one is not, and of very many some.
    public var asked: Int
    /// How many of them would be answered with this character, if they are near enough to be answered at all.
    public var right: Int
    /// How many would be unknown, too far from whom they are nearest to; null when there is no radius.
    public var unknown: Int?
    /// The images that were asked, farthest from the others first.
    public var answers: [ReviewedImage]
    /// Pairs of images so alike that one of them adds nothing.
    public var nearDuplicates: [NearDuplicates]
    /// The characters whose means are nearest to this one's, nearest first.
    public var neighbors: [ReviewNeighbor]
    /// What to do, a sentence each; empty where there is nothing.
    public var advice: [String]

    public init(
        character: String, images: Int, asked: Int, right: Int, unknown: Int?, answers: [ReviewedImage],
        nearDuplicates: [NearDuplicates], neighbors: [ReviewNeighbor], advice: [String]
    ) {
        self.character = character
        self.images = images
        self.asked = asked
        self.right = right
        self.unknown = unknown
        self.answers = answers
        self.nearDuplicates = nearDuplicates
        self.neighbors = neighbors
        self.advice = advice
    }
}

/// An image asked as if it were not enrolled.
public struct ReviewedImage: Codable, Sendable, Equatable {
    public var image: Int64
    /// Its distance to the mean of its character's other images.
    public var distance: Double
    /// The nearest other character; null where there is none.
    public var other: ReviewNeighbor?
    /// Whether its own character is the nearest.
    public var right: Bool
    /// Whether it is too far from the nearest to be answered; null when there is no radius.
    public var unknown: Bool?

    public init(image: Int64, distance: Double, other: ReviewNeighbor?, right: Bool, unknown: Bool?) {
        self.image = image
        self.distance = distance
        self.other = other
        self.right = right
        self.unknown = unknown
    }
}

/// A character and how far its mean is.
public struct ReviewNeighbor: Codable, Sendable, Equatable {
    public var character: String
    public var distance: Double

    public init(character: String, distance: Double) {
        self.character = character
        self.distance = distance
    }
}

/// Two images of a character that are nearly the same.
public struct NearDuplicates: Codable, Sendable, Equatable {
    public var first: Int64
    public var second: Int64
    public var distance: Double

    public init(first: Int64, second: Int64, distance: Double) {
        self.first = first
        self.second = second
        self.distance = distance
    }
}

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
