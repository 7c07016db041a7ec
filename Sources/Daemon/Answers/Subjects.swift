import API
import Embedding
import FewShot
import Geometry
import LinearAlgebra
import Registry
import Statistics
import Video

/// Faces that are asked about as one: the mean of their embeddings takes the place of a face's embedding.
struct FaceGroup {
    /// What tells each face from others, and its embedding.
    let faces: [(key: PictureKey, vector: [Float])]
    /// The embeddings.
    private let pictures: PictureGroup

    /// - Parameter faces: at least one.
    init(_ faces: [(key: PictureKey, vector: [Float])]) {
        self.faces = faces
        pictures = PictureGroup(faces.map(\.vector))
    }

    /// The mean of the embeddings.
    var mean: [Float] { pictures.mean }

    /// The number of independent pictures that the mean rests on; 1 for one face.
    /// - Throws: `modelNotActive`.
    func independentCount(of model: Model, _ services: Services) async throws -> Double {
        guard faces.count > 1 else { return 1 }
        return pictures.independentCount(enrolled: try await services.variances.value(of: model, services))
    }

    /// The characters that one of the faces was rejected for, with the rejections.
    func rejections(_ registry: Registry, _ model: Model) -> [String: Int64] {
        faces.reduce(into: [:]) { rejected, face in
            rejected.merge(
                registry.rejected(embedding: face.vector, key: face.key, model: model.identity), uniquingKeysWith: min)
        }
    }
}

/// Who is asked about: a face of a still picture, or one that an animation shows in several frames.
struct Subject {
    /// The index of the picture.
    let picture: Int
    /// The face that stands for all: its box is the answer's. The largest, and of equal ones the first.
    let face: Picture.PreparedFace
    /// All of its faces.
    let group: FaceGroup
}

extension ClassifyImages {
    /// Embeds the faces of pictures. Of an animation, faces in several frames that look alike or keep their place are one subject
    /// (``Video/FaceTracks``).
    static func subjects(
        of pictures: [Picture], by active: ModelHost.Active, _ services: Services
    ) async throws -> [Subject] {
        let vectors = await services.inference.embed(pictures.flatMap(\.faces).map(\.prepared), with: active.embedder)
        var rest = zip(keys(of: pictures), vectors).map { (key: $0, vector: $1) }[...]
        return pictures.enumerated().flatMap { index, picture in
            defer { rest = rest.dropFirst(picture.faces.count) }
            return picture.tracks(rest.prefix(picture.faces.count).map(\.vector)).map { members in
                let areas = members.map { picture.box(of: picture.faces[$0]).area }
                let largest = areas.indices.reduce(0) { areas[$1] > areas[$0] ? $1 : $0 }
                return Subject(
                    picture: index, face: picture.faces[members[largest]],
                    group: FaceGroup(members.map { rest[rest.startIndex + $0] }))
            }
        }
    }

    /// The candidates for each group. The decision knows on how many independent pictures the mean of several faces rests.
    static func ranked(_ groups: [FaceGroup], by ranking: Ranking, top: Int) async throws -> [RankedCandidates] {
        var ranked: [RankedCandidates?] = Array(repeating: nil, count: groups.count)
        let single = groups.indices.filter { groups[$0].faces.count == 1 }
        for (index, found) in zip(single, try await ranking.rank(single.map { groups[$0].mean }, top: top)) {
            ranked[index] = found
        }
        for (index, group) in groups.enumerated() where group.faces.count > 1 {
            let asked = try await group.independentCount(of: ranking.model, ranking.services)
            ranked[index] = try await ranking.rank([group.mean], asked: asked, top: top)[0]
        }
        return ranked.compactMap(\.self)
    }
}

extension Picture {
    /// Whether it has several frames with faces.
    var isAnimation: Bool { faces.contains { $0.milliseconds != nil } }

    /// The indices of the faces that are one subject: each for itself in a still picture. The largest subject of an animation comes first.
    /// - Parameter vectors: the embeddings of the faces, in order.
    fileprivate func tracks(_ vectors: [[Float]]) -> [[Int]] {
        guard isAnimation else { return faces.indices.map { [$0] } }
        var limits = FaceTracks.Limits()
        // Where whole frames are faces, all of them are in the same place.
        if faces.contains(where: { $0.found.box == nil }) { limits.far = limits.near }
        var tracks = FaceTracks(limits)
        var members: [Int: [Int]] = [:]
        let frames = Dictionary(grouping: faces.indices) { faces[$0].milliseconds ?? 0 }.sorted { $0.key < $1.key }
        for (frame, (_, shown)) in frames.enumerated() {
            let seen = shown.map { SeenFace(box: box(of: faces[$0]), embedding: normalized(vectors[$0])) }
            let numbers = tracks.add(seen, frame: frame, beginsScene: false).tracks
            for (number, index) in zip(numbers, shown) { members[number, default: []].append(index) }
        }
        func size(_ track: [Int]) -> Int { track.map { box(of: faces[$0]).area }.max() ?? 0 }
        return members.sorted { $0.key < $1.key }.map(\.value).sorted { size($0) > size($1) }
    }

    /// A face's box; all of the picture where it was taken whole.
    fileprivate func box(of face: PreparedFace) -> PixelBox {
        guard let box = face.found.box ?? PixelBox(0, 0, width, height) else {
            preconditionFailure("a picture of \(width) × \(height) pixels was decoded")
        }
        return box
    }
}

extension [FaceAnswer] {
    /// Without the answers that name a character again, less probably than another one.
    var namingOnce: [FaceAnswer] {
        enumerated().filter { index, answer in
            guard let name = answer.character else { return true }
            return !enumerated().contains { other, rival in
                guard rival.character == name, other != index else { return false }
                let (own, its) = (answer.probability ?? 0, rival.probability ?? 0)
                return its > own || (its == own && other < index)
            }
        }.map(\.element)
    }
}
