import API
import Client
import Options

enum Doctor: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho doctor", summary: "check the enrolled pictures, and say what to improve",
        discussion: """
            Classifies each enrolled image as if it were not enrolled. Prints how many would be named right, which are nearer to
            another character or nearly the same as another image, which characters need more images, and how accurate answers would be
            with more characters like these. The command changes nothing.
            """,
        operands: [Operand("NAME", .optional, help: "only this character, image by image (default: all)")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        if let name = arguments.operand("NAME") {
            let review = try arguments.client.call(ReviewCharacter.self, NamedRequest(name: name))
            return console.isJSON ? try console.print(json: review) : show(review, console)
        }
        let review = try console.waiting("checking") { try arguments.client.call(ReviewRegistry.self) }
        if console.isJSON { try console.print(json: review) } else { show(review, console) }
    }

    private static func show(_ review: CharacterReview, _ console: Console) {
        console.print("\(review.character): \(ReviewText.summary(review))")
        if !review.neighbors.isEmpty {
            let neighbors = review.neighbors.map { "\($0.character) (\(Show.decimal($0.distance)))" }
            console.print("nearest characters: \(neighbors.joined(separator: ", "))")
        }
        if !review.answers.isEmpty {
            var table = TextTable(("IMAGE", .right), ("TO THE OTHERS", .right), ("NEAREST ELSE", .left), ("", .right))
            for answer in review.answers {
                table.add(
                    String(answer.image), Show.decimal(answer.distance), answer.other?.character ?? "",
                    answer.other.map { Show.decimal($0.distance) } ?? "")
            }
            console.print("\n" + table.text)
        }
        if !review.advice.isEmpty { console.print("") }
        for line in review.advice { console.print("- \(line)") }
    }

    private static func show(_ review: RegistryReview, _ console: Console) {
        console.print(
            """
            enrolled   \(Show.count(review.characters, "character")), \(Show.count(review.images, "image")), model \(review.model)
            asked      \(Show.count(review.asked, "image")) as if not enrolled\(review.readCharacters < review.characters ? ", of \(review.readCharacters) characters with images" : "")
            right      \(review.accuracy.map(Show.estimate) ?? "unknown: no character has two images")
            """)
        if let unknown = review.unknown { console.print("unknown    \(Show.estimate(unknown))") }
        if !review.forecasts.isEmpty {
            console.print("\nexpected accuracy with other numbers of characters like these")
            var table = TextTable(("CHARACTERS", .right), ("RIGHT", .left), ("", .left))
            for forecast in review.forecasts {
                table.add(
                    String(forecast.characters), Show.estimate(forecast.accuracy),
                    forecast.extrapolated ? "extrapolated" : "")
            }
            console.print(table)
        }
        guard !review.attention.isEmpty else { return console.print("\nnothing needs attention") }
        console.print("\n\(Show.count(review.attention.count, "character")) to look at")
        for character in review.attention.prefix(shown) {
            console.print(
                "\(character.character) (\(Show.count(character.images, "image")), \(character.wrong) of \(character.asked) wrong)"
            )
            for line in character.advice { console.print("  - \(line)") }
        }
        if review.attention.count > shown {
            console.print("and \(review.attention.count - shown) more: aniwho doctor --json lists all")
        }
    }

    /// How many characters the text lists.
    private static let shown = 20
}

/// A review as a sentence.
enum ReviewText {
    /// How a character's own images would be answered, in a line.
    static func summary(_ review: CharacterReview) -> String {
        guard review.asked > 0 else { return "\(Show.count(review.images, "image")), too few to check" }
        let asked =
            review.asked < review.images
            ? "\(review.asked) of \(review.images) images" : Show.count(review.images, "image")
        let unknown = review.unknown.map { $0 == 0 ? "" : ", \($0) would be unknown" } ?? ""
        return
            "of \(asked), each classified as if it were not enrolled, \(review.right) would be nearest to it\(unknown)"
    }
}
