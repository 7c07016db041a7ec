import API
import Foundation

/// What a training of a LoRA gets of a character: pictures that differ, and a caption.
struct LoRASelection {
    /// The chosen images, the largest first.
    let images: [EnrolledImage]
    /// How many were left out because a chosen one is nearly the same.
    let duplicates: Int
    /// How many were left out because the character has enough.
    let surplus: Int

    /// Of images that are nearly the same, the one with the most pixels is chosen, and the older of two of one size.
    /// - Parameter most: how many to choose; nil for all.
    init(_ images: [EnrolledImage], nearDuplicates: [NearDuplicates], most: Int?) {
        var twins: [Int64: Set<Int64>] = [:]
        for pair in nearDuplicates {
            twins[pair.first, default: []].insert(pair.second)
            twins[pair.second, default: []].insert(pair.first)
        }
        var (chosen, ids): ([EnrolledImage], Set<Int64>) = ([], [])
        for image in images.sorted(by: { ($1.width * $1.height, $0.id) < ($0.width * $0.height, $1.id) })
        where ids.isDisjoint(with: twins[image.id, default: []]) {
            chosen.append(image)
            ids.insert(image.id)
        }
        self.images = Array(chosen.prefix(most ?? chosen.count))
        (duplicates, surplus) = (images.count - chosen.count, chosen.count - self.images.count)
    }

    /// The caption: name, series and tags, separated by commas, as trainers split them.
    static func caption(_ character: CharacterSummary) -> String {
        ([character.name, character.series] + character.tags)
            // A comma in a name would make two of it.
            .map { $0.split(whereSeparator: { $0 == "," || $0.isWhitespace }).joined(separator: " ") }
            .filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
