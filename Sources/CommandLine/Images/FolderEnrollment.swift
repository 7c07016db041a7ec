import API
import Client
import Embedding
import FewShot
import Foundation

/// Enrols class folders. What is enrolled already is not sent again, so that one that was interrupted goes on where it was.
struct FolderEnrollment {
    private let client: Client
    /// Pictures of a character at most, the first ones; nil for all.
    private let limit: Int?

    private(set) var results: [EnrollImages.Response] = []
    /// A bad character does not keep the others out.
    private(set) var failures: [(name: String, failure: Failure)] = []
    /// Pictures that were enrolled already, and the characters of whom all were.
    private(set) var skipped = (pictures: 0, characters: 0)

    init(limit: Int?, _ client: Client) { (self.limit, self.client) = (limit, client) }

    /// - Throws: what keeps all the others out too: the daemon's absence, say.
    mutating func enroll(_ folder: ClassFolders.Class) throws {
        let name = FolderName.character(folder.name)
        do {
            let paths = Array(folder.images.prefix(limit ?? folder.images.count))
            let known = Set(try client.images(of: name)?.map(\.sha256) ?? [])
            let new = known.isEmpty ? paths : try paths.filter { !known.contains(try digest($0)) }
            skipped.pictures += paths.count - new.count
            guard !new.isEmpty else {
                skipped.characters += 1
                return
            }
            results.append(try PictureUpload.enroll(name, new, client))
        } catch {
            let failure = Failure(error)
            guard failure.exitCode == .badInput || failure.exitCode == .notFound else { throw failure }
            failures.append((name, failure))
        }
    }

    private func digest(_ path: String) throws -> String { ContentHash.sha256(try ImagePaths.bytes(path)) }
}
