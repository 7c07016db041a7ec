import API
import Client
import Embedding
import Foundation

/// Enrolls class folders. Pictures that are enrolled already are not sent again, so that you can repeat an interrupted run.
struct FolderEnrollment {
    private let client: Client
    /// How many pictures of a character to take, the first ones; nil for all.
    private let limit: Int?
    private let selection: FaceSelection
    /// The series of all characters; nil to leave it as it is.
    private let series: String?

    private(set) var results: [EnrollImages.Response] = []
    /// Characters that were not enrolled; the others were.
    private(set) var failures: [(name: String, failure: Failure)] = []
    /// Pictures that were enrolled already, and the characters of which all were.
    private(set) var skipped = (pictures: 0, characters: 0)

    init(limit: Int?, _ selection: FaceSelection, series: String?, _ client: Client) {
        (self.limit, self.selection, self.series, self.client) = (limit, selection, series, client)
    }

    /// - Throws: errors that every character would get, such as a daemon that is not running.
    mutating func enroll(_ character: FolderScan.Character) throws {
        let name = character.name
        do {
            let pictures = character.images.prefix(limit ?? character.images.count).map(PictureInput.init(file:))
            let known = Set(try client.images(of: name)?.map(\.sha256) ?? [])
            let new =
                known.isEmpty
                ? pictures : try pictures.filter { !known.contains(ContentHash.sha256(try $0.bytes())) }
            skipped.pictures += pictures.count - new.count
            if new.isEmpty {
                skipped.characters += 1
            } else {
                results.append(try PictureUpload.enroll(name, new, selection, client))
            }
            if let series { try SeriesText.set(series, of: name, client) }
        } catch {
            let failure = Failure(error)
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            failures.append((name, failure))
        }
    }
}
