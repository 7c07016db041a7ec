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
        /// When the frame that shows it begins, of an animation whose frames are looked at; nil for a still picture.
        let milliseconds: Int?
    }
}

extension Picture {
    /// Decodes files, several at a time, finds their faces, and prepares each for a model.
    /// - Parameters:
    ///   - places: says where the faces of a file are.
    ///   - frames: which frames of animations are looked at.
    /// - Throws: `bad_image`, naming the first file that is bad; what `places` throws.
    static func decode(
        _ files: [FilePart], for model: Model, _ places: FacePlaces, _ frames: Frames = .first
    ) async throws(APIError) -> [Picture] {
        // A small picture is decoded on the request's own thread: a task of its own would cost a change of threads.
        if files.count == 1 { return [try await decoded(files, 0, model, places, frames).get()] }
        let results = await withTaskGroup(of: (Int, Result<Picture, APIError>).self) { group in
            var results: [Result<Picture, APIError>?] = Array(repeating: nil, count: files.count)
            let width = max(2, ProcessInfo.processInfo.activeProcessorCount)
            // The limit on pictures decoded at a time limits memory, and gives other requests their turns.
            for index in files.indices {
                if index >= width, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (index, await decoded(files, index, model, places, frames)) }
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
        _ files: [FilePart], _ index: Int, _ model: Model, _ places: FacePlaces, _ frames: Frames
    ) async -> Result<Picture, APIError> {
        let file = files[index]
        let name = file.name.map { $0.isEmpty ? "image \(index + 1)" : $0 } ?? "the image"
        let result = await FittingThreads.decode(file.bytes) { limits throws(ImagingError) in
            try frames.decoded([UInt8](file.bytes), limits)
        }
        return result.mapError { APIError(.badImage, "\(name): \($0.message)") }.flatMap { decoded in
            Result { () throws(APIError) in
                var prepared: [PreparedFace] = []
                for frame in decoded.frames {
                    for face in try places.faces(of: index, frame.image, named: name).get() {
                        prepared.append(
                            PreparedFace(
                                found: face, prepared: model.input(frame.image, face: face.box),
                                milliseconds: decoded.frames.count > 1 ? frame.milliseconds : nil))
                    }
                }
                return Picture(
                    file: file, format: decoded.format, width: decoded.frames[0].image.width,
                    height: decoded.frames[0].image.height, faces: prepared)
            }
        }
    }

    /// Which frames of an animation are looked at.
    enum Frames {
        case first
        /// Those that differ, up to ``Imaging/Image/mostFrames``.
        case differing

        /// - Returns: at least one frame.
        fileprivate func decoded(
            _ bytes: [UInt8], _ limits: ImageLimits
        ) throws(ImagingError) -> (format: ImageFormat, frames: [AnimationFrame]) {
            switch self {
            case .first:
                let decoded = try Image.decode(bytes, limits: limits)
                return (decoded.format, [AnimationFrame(image: decoded.image, milliseconds: 0)])
            case .differing: return (try ImageFormat(of: bytes), try Image.frames(of: bytes, limits: limits))
            }
        }
    }
}

extension Services {
    /// Decodes uploaded pictures and finds the faces that a request is about.
    /// - Parameters:
    ///   - each: how many faces a picture may have.
    ///   - frames: which frames of animations are looked at.
    /// - Throws: `bad_image`, naming the first file that is bad; `several_faces`, `no_face`; `bad_parameter` for a box outside its picture, and
    ///   where each picture has one face, unless it has one box.
    func decoded(
        _ files: [FilePart], _ selection: FaceSelection, _ each: FacePlaces.Number, for model: Model,
        _ frames: Picture.Frames = .first
    ) async throws(APIError) -> [Picture] {
        guard each == .any || selection.boxes.isEmpty || selection.boxes.count == files.count else {
            throw APIError(
                .badParameter,
                "one face of each picture is taken here, so it needs one box for each of \(files.count), and not \(selection.boxes.count)"
            )
        }
        let start = ContinuousClock.now
        defer { metrics.count(.decode, .now - start) }
        return try await Picture.decode(files, for: model, .asked(selection, each, detectors.active), frames)
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
