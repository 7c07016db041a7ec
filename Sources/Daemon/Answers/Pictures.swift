import API
import Embedding
import Foundation
import Geometry
import Imaging
import Registry

/// An uploaded or stored picture, decoded, with its faces ready for the network.
struct Picture: Sendable {
    let file: FilePart
    let format: ImageFormat
    /// The size of the original.
    let width: Int
    let height: Int
    let faces: [PreparedFace]

    /// A face of a picture.
    struct PreparedFace: Sendable {
        let found: FoundFace
        /// The network's input.
        let prepared: Image
    }
}

extension Picture {
    /// Decodes files, several at a time, finds their faces, and prepares each for a model.
    /// - Parameter places: says where the faces of a file are.
    /// - Throws: `bad_image`, naming the first file that is bad; what `places` throws.
    static func decode(
        _ files: [FilePart], for model: Model, _ places: FacePlaces
    ) async throws(APIError) -> [Picture] {
        // A small picture is decoded on the request's own thread: a task of its own would cost a change of threads.
        if files.count == 1 { return [try await decoded(files, 0, model, places).get()] }
        let results = await withTaskGroup(of: (Int, Result<Picture, APIError>).self) { group in
            var results: [Result<Picture, APIError>?] = Array(repeating: nil, count: files.count)
            let width = max(2, ProcessInfo.processInfo.activeProcessorCount)
            // The limit on pictures decoded at a time limits memory, and gives other requests their turns.
            for index in files.indices {
                if index >= width, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await decoded(files, index, model, places)) }
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
        _ files: [FilePart], _ index: Int, _ model: Model, _ places: FacePlaces
    ) async -> Result<Picture, APIError> {
        let file = files[index]
        let name = file.name.map { $0.isEmpty ? "image \(index + 1)" : $0 } ?? "the image"
        let result = await FittingThreads.decode(file.bytes) { limits throws(ImagingError) in
            try Image.decode([UInt8](file.bytes), limits: limits)
        }
        return result.mapError { APIError(.badImage, "\(name): \($0.message)") }.flatMap { decoded in
            places.faces(of: index, decoded.image, named: name).map { faces in
                Picture(
                    file: file, format: decoded.format, width: decoded.image.width, height: decoded.image.height,
                    faces: faces.map {
                        PreparedFace(found: $0, prepared: model.input(decoded.image, face: $0.box))
                    })
            }
        }
    }
}

extension Services {
    /// Decodes uploaded pictures and finds the faces that a request is about.
    /// - Parameter each: how many faces a picture may have.
    /// - Throws: `bad_image`, naming the first file that is bad; `several_faces`, `no_face`; `bad_parameter` for a box outside its picture, and
    ///   where each picture has one face, unless it has one box.
    func decoded(
        _ files: [FilePart], _ selection: FaceSelection, _ each: FacePlaces.Number, for model: Model
    ) async throws(APIError) -> [Picture] {
        guard each == .any || selection.boxes.isEmpty || selection.boxes.count == files.count else {
            throw APIError(
                .badParameter,
                "one face of each picture is taken here, so it needs one box for each of \(files.count), and not \(selection.boxes.count)")
        }
        let start = ContinuousClock.now
        defer { metrics.count(.decode, .now - start) }
        return try await Picture.decode(files, for: model, .asked(selection, each, detectors.active))
    }

    /// The same, with the embedding of each face, for pictures that have one face each.
    func embeddedFaces(
        _ files: [FilePart], _ selection: FaceSelection, by active: ModelHost.Active
    ) async throws -> [[Float]] {
        let pictures = try await decoded(files, selection, .one, for: active.model)
        return await inference.embed(pictures.flatMap(\.faces).map(\.prepared), with: active.embedder)
    }

    /// Decodes and embeds uploaded pictures that the registry is to keep, an image for each face.
    /// - Parameter source: where all of them come from; nil for each file's name.
    /// - Throws: as ``decoded(_:_:_:for:)``.
    func embedded(
        _ files: [FilePart], _ selection: FaceSelection, _ each: FacePlaces.Number, source: String?,
        by active: ModelHost.Active
    ) async throws -> [NewImage] {
        let pictures = try await decoded(files, selection, each, for: active.model)
        let faces = pictures.flatMap { picture in
            let sha256 = ContentHash.sha256(picture.file.bytes)
            return picture.faces.map { (picture, sha256, $0) }
        }
        let vectors = await inference.embed(faces.map(\.2.prepared), with: active.embedder)
        return zip(faces, vectors).map { face, vector in
            let (picture, sha256, face) = face
            return NewImage(
                file: picture.file.name, bytes: picture.file.bytes, sha256: sha256, format: picture.format.rawValue,
                width: picture.width, height: picture.height, source: source ?? picture.file.name ?? "",
                box: face.found.box, embedding: vector)
        }
    }
}
