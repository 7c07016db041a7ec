import API
import Embedding
import Foundation
import Imaging

/// An uploaded picture, decoded and ready for the network.
struct Picture: Sendable {
    let file: FilePart
    let format: ImageFormat
    /// Size of the original.
    let width: Int
    let height: Int
    let prepared: Image
}

extension Picture {
    /// Decodes files, several at a time, and applies a model's transform.
    /// - Throws: `bad_image`, naming the first file that is bad.
    static func decode(_ files: [FilePart], for transform: EvaluationTransform) async throws(APIError) -> [Picture] {
        // A lone picture is decoded where its request runs, which saves a change of threads.
        if files.count == 1 { return [try Picture(files[0], number: 1, transform)] }
        let results = await withTaskGroup(of: (Int, Result<Picture, APIError>).self) { group in
            var results: [Result<Picture, APIError>?] = Array(repeating: nil, count: files.count)
            let width = max(2, ProcessInfo.processInfo.activeProcessorCount)
            // A bound on the pictures decoded at once is a bound on memory.
            for (index, file) in files.enumerated() {
                if index >= width, let (done, result) = await group.next() { results[done] = result }
                group.addTask {
                    do throws(APIError) {
                        return (index, .success(try Picture(file, number: index + 1, transform)))
                    } catch { return (index, .failure(error)) }
                }
            }
            for await (index, result) in group { results[index] = result }
            return results
        }
        var pictures: [Picture] = []
        for case .some(let result) in results { pictures.append(try result.get()) }
        return pictures
    }

    private init(_ file: FilePart, number: Int, _ transform: EvaluationTransform) throws(APIError) {
        do {
            let decoded = try Image.decode([UInt8](file.bytes))
            self.init(
                file: file, format: decoded.format, width: decoded.image.width, height: decoded.image.height,
                prepared: transform.apply(decoded.image))
        } catch {
            let name = file.name.map { $0.isEmpty ? "image \(number)" : $0 } ?? "the image"
            throw APIError(.badImage, "\(name): \(error.message)")
        }
    }
}
