import API
import Client

extension Client {
    /// All characters, page by page.
    /// - Parameter tag: only those that have it.
    func characters(tag: String?) throws(ClientError) -> [CharacterSummary] {
        var characters: [CharacterSummary] = []
        var after: String?
        repeat {
            let page = try call(ListCharacters.self, .init(after: after, tag: tag))
            characters += page.characters
            after = page.next
        } while after != nil
        return characters
    }

    /// A character's images; nil when there is no such character.
    func images(of name: String) throws(ClientError) -> [EnrolledImage]? {
        do throws(ClientError) {
            return try call(ListImages.self, NamedRequest(name: name)).images
        } catch {
            guard error.code == .characterNotFound else { throw error }
            return nil
        }
    }
}
