import API

/// What moving images did, as people read it.
enum MoveText {
    static func report(_ result: MovedImages, _ console: Console) {
        let name = result.character.name
        console.print(
            "\(name)\(result.created ? ", a new character," : "") has \(Show.count(result.moved.count, "more image")), \(result.character.images) in all"
        )
        for duplicate in result.duplicates {
            console.complain("image \(duplicate.id) of \(duplicate.character) was \(name)'s already, and is gone")
        }
    }
}
