import API

/// Tags as people read them.
enum TagText {
    /// What tags a character has now.
    static func report(_ character: CharacterSummary) -> String {
        character.tags.isEmpty
            ? "\(character.name) has no tags" : "\(character.name): \(character.tags.joined(separator: ", "))"
    }
}
