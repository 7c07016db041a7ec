import API

/// What an enrolment did, as people read it.
enum EnrollmentText {
    static func report(_ result: EnrollImages.Response, _ console: Console) {
        console.print(
            "\(result.created ? "enrolled" : "added to") \(result.character.name): \(Show.count(result.added.count, "new image")), \(result.character.images) in all"
        )
        complain(result, console)
    }

    /// Pictures that were there already, or are somebody else's too.
    static func complain(_ result: EnrollImages.Response, _ console: Console) {
        for duplicate in result.duplicates {
            console.complain(
                "\(duplicate.file ?? "") is enrolled already, as image \(duplicate.image.id); not stored twice")
        }
        for conflict in result.conflicts {
            console.complain(
                "\(conflict.file ?? "") is also enrolled as \(conflict.image.character): a mistake, or a picture of both?"
            )
        }
    }
}
