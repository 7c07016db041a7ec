import API
import Foundation
import Registry

/// The registry's own pictures as what a training reads: a class list of the characters that have pictures enough.
struct EnrolledDataSet {
    /// The characters that are trained on.
    private(set) var characters: [CharacterSummary] = []
    /// Those with too few pictures.
    private(set) var leftOut: [CharacterSummary] = []

    /// The fewest pictures that give each part of a transfer training one: a tenth to test, 18 % of the rest to validate.
    static let minimumImages = 6
    private static let minimumCharacters = 2
    private static let page = 1000

    /// Looks through all that is enrolled.
    /// - Throws: `too_few_images` when fewer than two characters can be trained on.
    init(of registry: Registry) async throws {
        var last: CharacterSummary?
        repeat {
            let page = try await registry.characters(after: last?.name, limit: Self.page)
            for character in page {
                if character.images < Self.minimumImages {
                    leftOut.append(character)
                } else {
                    characters.append(character)
                }
            }
            last = page.last
        } while last != nil
        try check()
    }

    private func check() throws(APIError) {
        guard characters.count < Self.minimumCharacters else { return }
        throw APIError(
            .tooFewImages,
            "a training needs \(Self.minimumCharacters) characters with \(Self.minimumImages) pictures or more; of "
                + "\(characters.count + leftOut.count) enrolled, \(characters.count) "
                + "\(characters.count == 1 ? "has" : "have") as many: enroll more pictures")
    }

    /// What the owner of the training should know, a sentence each.
    var warnings: [String] {
        guard !leftOut.isEmpty else { return [] }
        let names = leftOut.map { "\($0.name) (\($0.images))" }.joined(separator: ", ")
        return ["left out, with fewer than \(Self.minimumImages) pictures: \(names)"]
    }

    /// Writes the pictures, in folders called by the characters' numbers since a name may be anything, and the list that gives
    /// each folder its character's name. Characters that have lost pictures meanwhile are left out, too.
    /// - Parameter goesOn: asked between two characters.
    /// - Returns: whether all is written; false when it was not to go on.
    /// - Throws: `too_few_images`; `storage`, `storage_full`; the registry's storage errors.
    mutating func write(
        to folder: JobFolder, from registry: Registry, while goesOn: @Sendable () async -> Bool
    ) async throws -> Bool {
        try folder.removePictures()
        for character in characters {
            guard await goesOn() else { return false }
            let count = try await Self.write(character, to: folder.pictures(of: character.id), from: registry)
            guard count < Self.minimumImages else { continue }
            characters.removeAll { $0.id == character.id }
            if let rest = try? await registry.character(named: character.name) { leftOut.append(rest) }
        }
        try check()
        let list = [
            "class_names": characters.map(\.name), "class_roots": characters.map { folder.pictures(of: $0.id) },
        ]
        try Self.write(try JSON.encode(list), to: folder.classList)
        return true
    }

    /// - Returns: how many pictures the character has.
    private static func write(_ character: CharacterSummary, to folder: String, from registry: Registry) async throws
        -> Int
    {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw APIError(fileError: error, "the folder \(folder) cannot be made") }
        do {
            let images = try await registry.images(of: character.name)
            for image in images {
                let bytes = try await registry.imageBytes(image.id)
                try write(bytes, to: "\(folder)/\(image.id).\(image.format)")
            }
            return images.count
        } catch let error as RegistryError where [.characterNotFound, .imageNotFound].contains(error.code) { return 0 }
    }

    private static func write(_ bytes: Data, to path: String) throws(APIError) {
        do { try bytes.write(to: URL(filePath: path)) } catch {
            throw APIError(fileError: error, "\(path) cannot be written")
        }
    }
}
