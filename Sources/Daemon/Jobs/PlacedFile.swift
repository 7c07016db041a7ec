import API
import Foundation
import Registry

/// A note in a job's folder that its complete file is about to get its final name.
///
/// A daemon may be killed after that and before it has recorded that the work is done. The next one finds by the note that the file under this
/// name is the job's own, and what the work gave.
struct PlacedFile: Codable {
    /// The final path.
    let file: String
    /// Before the file got this name, and after.
    let identity: FileIdentity
    let outcome: JSONValue

    /// Keeps the note of one job.
    struct Keeper: Sendable {
        /// The note's path.
        let path: String

        /// Keeps the note durably.
        /// - Throws: `storage`, `storage_full`.
        func keep(_ file: String, _ identity: FileIdentity, _ outcome: some Encodable) throws(APIError) {
            let note = PlacedFile(
                file: file, identity: identity, outcome: try JSON.decode(JSONValue.self, from: try JSON.encode(outcome))
            )
            let bytes = try JSON.encode(note)
            do {
                try bytes.write(to: URL(filePath: path))
                let written = try FileHandle(forUpdating: URL(filePath: path))
                try written.synchronize()
                try written.close()
            } catch { throw APIError(fileError: error, "cannot write \(path)") }
        }

        /// What the job gave, if its file has got its name; nil for any other file there, and for none.
        func found<Outcome: Decodable>(_ outcome: Outcome.Type) -> Outcome? {
            guard let bytes = FileManager.default.contents(atPath: path),
                let note = try? JSON.decode(PlacedFile.self, from: bytes),
                FileIdentity(of: note.file) == note.identity
            else { return nil }
            return try? JSON.decode(Outcome.self, from: try JSON.encode(note.outcome))
        }
    }
}
