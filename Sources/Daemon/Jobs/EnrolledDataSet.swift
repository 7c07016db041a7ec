import API
import Foundation
import Geometry
import Registry

/// The registry's own pictures as a data set to train on: a class list of the characters that have enough pictures.
struct EnrolledDataSet {
    /// The characters to train on.
    private(set) var characters: [CharacterSummary] = []
    /// The characters with too few pictures.
    private(set) var leftOut: [CharacterSummary] = []

    /// With fewer pictures, one of a transfer training's subsets would be empty: 10 % are the test set, 18 % of the rest the validation set.
    static let minimumImages = 6
    private static let minimumCharacters = 2
    private static let page = 1000

    /// Reads the list of all enrolled characters.
    /// - Throws: `too_few_images` when fewer than two characters can be trained on.
    init(of registry: Registry) async throws {
        var last: CharacterSummary?
        repeat {
            let page = try await registry.characters(after: last?.name, limit: Self.page)
            for character in page {
                if character.pictures < Self.minimumImages {
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

    /// What the owner of the training should know, one sentence each.
    var warnings: [String] {
        guard !leftOut.isEmpty else { return [] }
        let names = leftOut.map { "\($0.name) (\($0.pictures))" }.joined(separator: ", ")
        return ["left out, with fewer than \(Self.minimumImages) pictures: \(names)"]
    }

    /// Writes the pictures and the class list. Each character's folder is named by the character's number, because a character's name may not
    /// be a valid file name; the class list gives each folder its character's name. Leaves out characters that have lost pictures since.
    /// - Parameter goesOn: called before each character; false stops the writing.
    /// - Returns: whether everything was written.
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

    /// - Returns: the number of pictures written.
    private static func write(_ character: CharacterSummary, to folder: String, from registry: Registry) async throws
        -> Int
    {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw APIError(fileError: error, "cannot create the folder \(folder)") }
        do {
            let images = try await registry.images(of: character.name).filter { $0.pack == nil }
            for image in images {
                let bytes = try await registry.imageBytes(image.id)
                if let box = image.box {
                    // A training reads faces.
                    let face = try await FetchFace.crop(of: bytes, box, named: "image \(image.id)").bytes
                    try write(face, to: "\(folder)/\(image.id).png")
                } else {
                    try write(bytes, to: "\(folder)/\(image.id).\(image.format)")
                }
            }
            return images.count
        } catch let error as RegistryError where [.characterNotFound, .imageNotFound].contains(error.code) { return 0 }
    }

    private static func write(_ bytes: Data, to path: String) throws(APIError) {
        do { try bytes.write(to: URL(filePath: path)) } catch {
            throw APIError(fileError: error, "cannot write \(path)")
        }
    }
}

/// The copy of the registry's pictures in a job's folder, which exists as long as the training runs.
extension JobRunner {
    /// Copies the registry's pictures into the job's folder, and records which characters are left out.
    func writePictures(for job: Job, to folder: JobFolder) async throws {
        var data = try await EnrolledDataSet(of: registry)
        let isWhole = try await data.write(to: folder, from: registry) { await !self.isUnwanted(job.id) }
        guard isWhole else { throw JobFailure.stopped }
        try await registry.recordWarnings(job.id, data.warnings)
    }

    /// Removes the copies that a killed daemon left.
    func removeForgottenPictures() async {
        for job in (try? await registry.jobs()) ?? [] where job.endedAt != nil { removePictures(of: job) }
    }

    /// Removes the copy of a job that has ended.
    func removePictures(of job: Job) {
        guard job.fromRegistry else { return }
        do throws(APIError) { try folder(of: job.id).removePictures() } catch {
            log.write(.warning, "cannot remove a job's pictures", ["job": String(job.id), "message": error.message])
        }
    }
}
