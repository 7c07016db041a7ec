import API
import Embedding
import FewShot
import Registry
import Statistics

extension ReviewRegistry: Route {
    static var work: RouteWork { .long }

    /// Embeddings of about so many images are read.
    private static let mostRead = 50_000
    /// The numbers of characters to forecast the accuracy for.
    private static let forecast = [20, 100, 500]

    static var effect: Effect { .computes }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.reviews("registry \(try await services.state())") { _ in try await review(services) }
    }

    private static func review(_ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let model = active.model
            let counts = try await services.registry.counts()
            let support = try await services.registry.support(model: model.identity, atMost: mostRead).characters
            let (name, decision) = (active.name, services.decision(of: model))
            return try await services.reviews.background.inPortions { check in
                let asked = try LeaveOneOut(
                    support.map(\.embeddings), model: decision?.covariance, grouping: model.grouping, check: check)
                let images = asked.answers.map { image($0, support, decision) }
                let answers = Dictionary(grouping: asked.answers.indices, by: { asked.answers[$0].label })
                let characters = try support.indices.compactMap { label in
                    try check()
                    return attention(
                        support[label], (answers[label] ?? []).map { images[$0] }, modelRadius: model.radius)
                }
                let unknown = images.compactMap(\.unknown)
                return RegistryReview(
                    model: name, characters: counts.characters, images: counts.images, readCharacters: support.count,
                    asked: asked.answers.count, accuracy: asked.accuracy,
                    unknown: unknown.isEmpty
                        ? nil : Estimate(successes: unknown.count(where: \.self), of: unknown.count),
                    forecasts: forecast.compactMap { asked.forecast(way: $0) }.map {
                        AccuracyForecast(
                            characters: $0.way, accuracy: $0.accuracy, extrapolated: $0.isExtrapolated)
                    },
                    attention: characters.sorted {
                        ($1.wrong, $0.images, $0.character) < ($0.wrong, $1.images, $1.character)
                    })
            }
        }
    }

    private static func image(
        _ answer: LeaveOneOut.Answer, _ support: [Support.Character], _ decision: Decision?
    ) -> ReviewedImage {
        ReviewedImage(
            image: support[answer.label].images[answer.picture], distance: Double(answer.ownDistance),
            other: answer.other.map {
                NearCharacter(character: support[$0].name, distance: Double(answer.otherDistance))
            },
            right: answer.isRight, unknown: decision?.calls(unknown: answer.probability))
    }

    private static func attention(
        _ character: Support.Character, _ images: [ReviewedImage], modelRadius: Float?
    ) -> CharacterAttention? {
        let findings = CharacterFindings(support: character, answers: images, modelRadius: modelRadius)
        let advice = findings.advice(findings.nearDuplicates)
        guard !advice.isEmpty else { return nil }
        return CharacterAttention(
            character: character.name, images: character.images.count, asked: images.count, wrong: findings.wrong,
            advice: advice)
    }
}

extension ReviewCharacter: Route {
    static var work: RouteWork { .long }

    /// At most so many images are asked, evenly spaced.
    private static let mostAsked = 200
    /// How many neighbors are listed.
    private static let neighbors = 3

    static var effect: Effect { .computes }

    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.checks("character \(request.name) \(try await services.state())") { _ in
            try await review(of: request.name, services)
        }
    }

    private static func review(of name: String, _ services: Services) async throws -> Response {
        try await services.withActiveModel { active in
            let model = active.model
            let support = try await services.registry.support(of: name, model: model.identity)
            let count = support.embeddings.count
            let mean = count == 0 ? nil : MeanHead(support: [support.embeddings]).prototypes.first
            let chosen = count < 2 ? [] : Array(0..<count).spread(atMost: mostAsked)
            let asked = chosen.count
            let (decision, temperature) = (services.decision(of: model), services.meanTemperature(of: model))
            return try await services.checks.background.inPortions { check in
                let near = try services.registry.search(
                    queries: mean.map { [$0] } ?? [], model: model.identity, top: neighbors + 1,
                    temperature: temperature
                ).map { $0.filter { $0.characterID != support.id } }
                let appearances = CharacterAppearances(support.embeddings, grouping: model.grouping)
                let answers = try chosen.map { index in
                    try check()
                    let query = support.embeddings[index]
                    return try ReviewedImage(
                        image: support.images[index], query, own: appearances.seen(by: query, leavingOut: index),
                        of: support.id, decision, model, services)
                }
                let findings = CharacterFindings(support: support, answers: answers, modelRadius: model.radius)
                let duplicates = findings.nearDuplicates
                return CharacterReview(
                    character: support.name, images: count, asked: asked, right: asked - findings.wrong,
                    unknown: findings.unknown, answers: answers.sorted { $0.distance > $1.distance },
                    nearDuplicates: duplicates,
                    neighbors: (near.last ?? []).prefix(neighbors).map { NearCharacter($0) },
                    advice: findings.advice(duplicates))
            }
        }
    }
}

extension Decision {
    /// Whether an answer of this probability is no name; nil if there is no probability.
    func calls(unknown probability: Double?) -> Bool? { probability.map { $0 < threshold } }
}

extension ReviewedImage {
    /// Asks about an enrolled image as if it were not enrolled.
    /// - Parameters:
    ///   - query: its embedding.
    ///   - own: its character, without the image.
    ///   - decision: nil to go by distances.
    /// - Throws: `modelNotActive`.
    init(
        image: Int64, _ query: [Float], own: SeenCharacter, of character: Int64, _ decision: Decision?, _ model: Model,
        _ services: Services
    ) throws {
        // The likeliest ten others: the rest adds nothing to the probabilities.
        let near =
            if let decision {
                try services.registry.likely(
                    queries: [query], model: model.identity, top: 11, given: decision.covariance)[0].neighbors
            } else {
                try services.registry.search(
                    queries: [query], model: model.identity, top: 2, temperature: model.temperature)[0]
            }
        let rest = near.filter { $0.characterID != character }
        let other = rest.first.map { NearCharacter($0) }
        let distance = own.squaredDistance.squareRoot()
        let enrolled = services.registry.enrolledNames.count
        guard let decision,
            let question = DecisionQuestion(character: 0, query, own: own, others: rest, enrolled: enrolled)
        else {
            self.init(
                image: image, distance: distance, other: other, right: distance <= other?.distance ?? .infinity,
                unknown: nil)
            return
        }
        let answer = question.answer(decision.covariance)
        self.init(
            image: image, distance: distance, other: other, right: answer.isRight,
            unknown: decision.calls(unknown: answer.best))
    }
}

extension DecisionQuestion {
    /// - Parameters:
    ///   - query: the picture's embedding.
    ///   - neighbors: the likeliest other characters.
    ///   - enrolled: the number of all characters.
    /// - Returns: nil if there is no other character.
    init?(character: Int, _ query: [Float], own: SeenCharacter, others neighbors: [Neighbor], enrolled: Int) {
        guard !neighbors.isEmpty else { return nil }
        self.init(
            character: character, squaredLength: Self.squaredLength(query), own: own,
            others: neighbors.map(\.seen), otherCount: max(neighbors.count, enrolled - 1))
    }
}

extension NearCharacter {
    init(_ near: Neighbor) { self.init(character: near.name, distance: Double(near.distance)) }
}

/// Judges a character by the answers about its own images, and gives advice.
struct CharacterFindings {
    let support: Support.Character
    /// The answers about its images, each asked as if it were not enrolled.
    let answers: [ReviewedImage]
    /// The model's own radius, which gives the scale of distances within a character; nil if it has none.
    let modelRadius: Float?

    /// Only the first so many images are compared with each other, because the pairs grow with the square.
    private static let mostPaired = 300
    /// A character should have so many images: the measured accuracies are for this number.
    private static let wanted = 5
    /// An advice of one kind names at most so many images.
    private static let named = 3

    var wrong: Int { answers.count { !$0.right } }

    /// How many would be unknown; nil if there is no decision.
    var unknown: Int? {
        answers.contains { $0.unknown == nil } ? nil : answers.count { $0.unknown == true }
    }

    /// Pairs nearer than half of the model's radius: versions of one picture. With the model that ships, recompressed, resized, slightly
    /// cropped or brightened versions of 48 real faces were at most 0.47 radii apart, and different pictures of a character at least 0.92.
    var nearDuplicates: [NearDuplicates] {
        guard let modelRadius else { return [] }
        return LeaveOneOut.pairs(
            among: Array(support.embeddings.prefix(Self.mostPaired)), nearerThan: modelRadius / 2
        ).map {
            NearDuplicates(
                first: support.images[$0.first], second: support.images[$0.second], distance: Double($0.distance))
        }
    }

    /// Advice, the most urgent first.
    func advice(_ duplicates: [NearDuplicates]) -> [String] {
        var advice: [String] = []
        let strangers = answers.filter { !$0.right }.sorted { $0.distance > $1.distance }
        for answer in strangers.prefix(Self.named) {
            let other = answer.other?.character ?? ""
            advice.append(
                "image \(answer.image) looks more like \(other) than like this character's other images: if it does not show \(support.name), remove it with aniwho images remove \(answer.image)"
            )
        }
        if strangers.count > Self.named {
            advice.append("\(strangers.count - Self.named) more of its images look more like others")
        }
        let far = answers.filter { $0.right && $0.unknown == true }.sorted { $0.distance > $1.distance }
        if let farthest = far.first {
            advice.append(
                far.count == 1
                    ? "image \(farthest.image) is so unlike the others that it would be unknown: more images like it would help"
                    : "\(far.count) images, \(farthest.image) first, are so unlike the others that they would be unknown: more images like them would help"
            )
        }
        for pair in duplicates.prefix(Self.named) {
            advice.append(
                "images \(pair.first) and \(pair.second) are nearly the same; a different one in place of either would say more"
            )
        }
        if duplicates.count > Self.named {
            advice.append("\(duplicates.count - Self.named) more pairs of images are nearly the same")
        }
        let count = support.embeddings.count
        if count < Self.wanted {
            let missing = Self.wanted - count
            advice.append(
                "add \(missing) \(count == 0 ? "" : "more ")\(missing == 1 ? "image" : "images"): five are what a character needs"
                    + (count == 1 ? ", and a lone one cannot be checked" : ""))
        }
        return advice
    }
}
