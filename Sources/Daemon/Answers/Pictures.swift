import API
import Embedding
import Foundation
import Imaging
import Registry

/// An uploaded picture, decoded and ready for the network.
struct Picture: Sendable {
    let file: FilePart
    let format: ImageFormat
    /// The size of the original.
    let width: Int
    let height: Int
    /// The picture after the model's transform: the network's input.
    let prepared: Image
}

extension Picture {
    /// Decodes files, several at a time, and applies a model's transform.
    /// - Throws: `bad_image`, naming the first file that is bad.
    static func decode(_ files: [FilePart], for transform: EvaluationTransform) async throws(APIError) -> [Picture] {
        // A small picture is decoded on the request's own thread: a task of its own would cost a change of threads.
        if files.count == 1 { return [try await decoded(files[0], number: 1, transform).get()] }
        let results = await withTaskGroup(of: (Int, Result<Picture, APIError>).self) { group in
            var results: [Result<Picture, APIError>?] = Array(repeating: nil, count: files.count)
            let width = max(2, ProcessInfo.processInfo.activeProcessorCount)
            // The limit on pictures decoded at a time limits memory, and gives other requests their turns.
            for (index, file) in files.enumerated() {
                if index >= width, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await decoded(file, number: index + 1, transform)) }
            }
            for await (index, result) in group { results[index] = result }
            return results
        }
        var pictures: [Picture] = []
        for case .some(let result) in results { pictures.append(try result.get()) }
        return pictures
    }

    /// It returns its error, because Swift 6.3's optimizer breaks a typed error that crosses from here to a task group.
    private static func decoded(
        _ file: FilePart, number: Int, _ transform: EvaluationTransform
    ) async -> Result<Picture, APIError> {
        let result = await FittingThreads.decode(file.bytes) { limits throws(ImagingError) in
            try Picture(file, transform, limits: limits)
        }
        return result.mapError { error in
            let name = file.name.map { $0.isEmpty ? "image \(number)" : $0 } ?? "the image"
            return APIError(.badImage, "\(name): \(error.message)")
        }
    }

    private init(_ file: FilePart, _ transform: EvaluationTransform, limits: ImageLimits) throws(ImagingError) {
        let decoded = try Image.decode([UInt8](file.bytes), limits: limits)
        self.init(
            file: file, format: decoded.format, width: decoded.image.width, height: decoded.image.height,
            prepared: transform.apply(decoded.image))
    }
}

extension Services {
    /// Decodes uploaded pictures and applies a model's transform.
    /// - Throws: `bad_image`, naming the first file that is bad.
    func decoded(_ files: [FilePart], for transform: EvaluationTransform) async throws(APIError) -> [Picture] {
        let start = ContinuousClock.now
        defer { metrics.count(.decode, .now - start) }
        return try await Picture.decode(files, for: transform)
    }

    /// Decodes and embeds uploaded pictures that the registry is to keep.
    /// - Parameter source: where all of them come from; nil for each file's name.
    /// - Throws: `bad_image`, naming the first file that is bad.
    func embedded(_ files: [FilePart], source: String?, by active: ModelHost.Active) async throws -> [NewImage] {
        let pictures = try await decoded(files, for: active.model.transform)
        let vectors = await inference.embed(pictures.map(\.prepared), with: active.embedder)
        return zip(pictures, vectors).map { picture, vector in
            NewImage(
                file: picture.file.name, bytes: picture.file.bytes, sha256: ContentHash.sha256(picture.file.bytes),
                format: picture.format.rawValue, width: picture.width, height: picture.height,
                source: source ?? picture.file.name ?? "", embedding: vector)
        }
    }
}
