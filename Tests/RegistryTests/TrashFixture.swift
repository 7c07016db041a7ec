import API
import Foundation

@testable import Registry

/// Everything that users see of a registry, and its answers.
struct VisibleState: Equatable {
    /// Without the times of the last change.
    var characters: [CharacterSummary] = []
    var images: [String: [EnrolledImage]] = [:]
    var bytes: [Int64: Data] = [:]
    var rejections: [Rejection] = []
    var inbox: [InboxPicture] = []
    var tags: [ListTags.Tag] = []
    var answers: [[Neighbor]] = []
    var rejected: [[String: Int64]] = []

    /// The pictures that are asked.
    static let queries: [[Float]] = [[0, 1, 2, 3], [1.5, 1, 2, 3], [4, 1, 2, 3], [9, 9, 9, 9], [-3, 0, 7, 1]]

    init(_ registry: Registry) async throws {
        for var character in try await registry.characters(after: nil, limit: 100) {
            let own = try await registry.images(of: character.name)
            images[character.name] = own
            for image in own where image.pack == nil { bytes[image.id] = try await registry.imageBytes(image.id) }
            character.updatedAt = character.createdAt
            characters.append(character)
        }
        rejections = try await registry.rejections()
        inbox = try await registry.inboxPictures()
        tags = try await registry.tags()
        answers = try registry.search(queries: Self.queries, model: modelA, top: 10, temperature: 1)
        rejected = Self.queries.map {
            registry.rejected(embedding: $0, key: PictureKey(sha256: "", box: nil), model: modelA)
        }
    }
}

extension Registry {
    /// A registry of three characters with aliases, series, tags, notes, rejections and an inbox.
    static func populated(_ scratch: ScratchDirectory) async throws -> Registry {
        let registry = try await Registry.scratch(scratch)
        for (name, numbers) in [("Rei", [0, 1, 2]), ("Ayanami", [2, 3, 4]), ("Asuka", [5, 6])] {
            _ = try await registry.enroll(
                character: name, images: numbers.map { newImage($0, [Float($0), 1, 2, 3]) }, model: modelA)
        }
        _ = try await registry.changeTags(of: "Ayanami", adding: ["pilot", "blue"], removing: [])
        _ = try await registry.changeTags(of: "Rei", adding: ["pilot"], removing: [])
        _ = try await registry.changeAliases(of: "Ayanami", adding: ["First", "綾波"], removing: [])
        _ = try await registry.changeAliases(of: "Rei", adding: ["Rei II"], removing: [])
        _ = try await registry.setSeries(of: "Ayanami", "Evangelion")
        _ = try await registry.setNote(of: "Ayanami", "from the film")
        _ = try await registry.setNote(of: "Rei", "from the series")
        _ = try await registry.reject(
            character: "Ayanami", images: [newImage(20, [9, 9, 9, 9]), newImage(0, [0, 1, 2, 3])], model: modelA)
        _ = try await registry.reject(character: "Rei", images: [newImage(3, [3, 1, 2, 3])], model: modelA)
        _ = try await registry.reject(character: "Asuka", images: [newImage(1, [1, 1, 2, 3])], model: modelA)
        _ = try await registry.keepInInbox(
            [newImage(30, [1, 1, 1, 1]), newImage(31, [2, 2, 2, 2]), newImage(32, [3, 3, 3, 3])], model: modelA)
        return registry
    }

    /// The numbers of a character's images.
    func numbers(_ name: String) throws -> [Int64] { try images(of: name).map(\.id) }
}
