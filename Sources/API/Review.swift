public import Statistics

/// `POST /v1/characters/{name}/review`: checks a character by asking about its own images. Changes nothing.
public enum ReviewCharacter: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/characters/{name}/review"

    public typealias Request = NamedRequest
    public typealias Response = CharacterReview
}

/// `POST /v1/review`: checks the whole registry by asking about its enrolled images. Changes nothing.
public enum ReviewRegistry: Endpoint {
    public static let method = HTTPMethod.post
    public static let path = "/v1/review"
    public static let isLong = true

    public typealias Request = EmptyRequest
    public typealias Response = RegistryReview
}

/// A check of a character: each of its images is asked as if it were not enrolled.
public struct CharacterReview: Codable, Sendable, Equatable {
    /// The character's name.
    public var character: String
    /// How many images it has.
    public var images: Int
    /// The number of images asked: none of a character with one image, a sample of very many.
    public var asked: Int
    /// How many of them are likeliest to show this character.
    public var right: Int
    /// How many would be unknown; null if the model has no rule to tell strangers yet.
    public var unknown: Int?
    /// The images asked, the farthest from the others first.
    public var answers: [ReviewedImage]
    /// Pairs of images so similar that one of them adds nothing.
    public var nearDuplicates: [NearDuplicates]
    /// The characters with the nearest means, nearest first.
    public var neighbors: [NearCharacter]
    /// Advice, a sentence each; empty if there is none.
    public var advice: [String]

    public init(
        character: String, images: Int, asked: Int, right: Int, unknown: Int?, answers: [ReviewedImage],
        nearDuplicates: [NearDuplicates], neighbors: [NearCharacter], advice: [String]
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
    /// The image's number.
    public var image: Int64
    /// The distance to the mean of its character's other images.
    public var distance: Double
    /// The likeliest other character; null if there is none.
    public var other: NearCharacter?
    /// Whether its own character is the likeliest.
    public var right: Bool
    /// Whether it would be unknown; null if the model has no rule to tell strangers yet.
    public var unknown: Bool?

    public init(image: Int64, distance: Double, other: NearCharacter?, right: Bool, unknown: Bool?) {
        self.image = image
        self.distance = distance
        self.other = other
        self.right = right
        self.unknown = unknown
    }
}

/// Two images of a character that are nearly the same.
public struct NearDuplicates: Codable, Sendable, Equatable {
    /// The number of one image.
    public var first: Int64
    /// The number of the other image.
    public var second: Int64
    /// The Euclidean distance between the two embeddings.
    public var distance: Double

    public init(first: Int64, second: Int64, distance: Double) {
        self.first = first
        self.second = second
        self.distance = distance
    }
}

/// A check of the whole registry.
public struct RegistryReview: Codable, Sendable, Equatable {
    /// The name of the model whose embeddings were compared.
    public var model: String
    /// The numbers of enrolled characters, including those without images, and of their images.
    public var characters: Int
    /// The number of enrolled images.
    public var images: Int
    /// The number of characters whose embeddings were read: all, or an evenly spaced sample of very many.
    public var readCharacters: Int
    /// The number of images asked as if they were not enrolled.
    public var asked: Int
    /// The share of them whose own character is the likeliest; null if none was asked.
    public var accuracy: Estimate?
    /// The share that would be unknown; null if none was asked, or if the model has no rule to tell strangers yet.
    public var unknown: Estimate?
    /// The expected accuracy with other numbers of characters like these; empty if fewer than four characters could be asked.
    public var forecasts: [AccuracyForecast]
    /// The characters that need attention, the one with the most wrong images first.
    public var attention: [CharacterAttention]

    public init(
        model: String, characters: Int, images: Int, readCharacters: Int, asked: Int, accuracy: Estimate?,
        unknown: Estimate?,
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

/// The expected accuracy with some number of characters.
public struct AccuracyForecast: Codable, Sendable, Equatable {
    /// The number of characters.
    public var characters: Int
    /// The expected share of right answers.
    public var accuracy: Estimate
    /// Whether fewer characters are enrolled, so that the accuracy is extrapolated.
    public var extrapolated: Bool

    public init(characters: Int, accuracy: Estimate, extrapolated: Bool) {
        self.characters = characters
        self.accuracy = accuracy
        self.extrapolated = extrapolated
    }
}

/// A character that needs attention.
public struct CharacterAttention: Codable, Sendable, Equatable {
    /// The character's name.
    public var character: String
    /// How many images it has.
    public var images: Int
    /// The number of images asked, and of those whose own character is not the nearest.
    public var asked: Int
    /// How many of those are nearer to another character.
    public var wrong: Int
    /// Advice, a sentence each.
    public var advice: [String]

    public init(character: String, images: Int, asked: Int, wrong: Int, advice: [String]) {
        self.character = character
        self.images = images
        self.asked = asked
        self.wrong = wrong
        self.advice = advice
    }
}
