import Foundation
public import Geometry

/// A face in a picture of a video.
public struct SeenFace: Sendable, Equatable {
    public let box: PixelBox
    /// Of length 1.
    public let embedding: [Float]

    public init(box: PixelBox, embedding: [Float]) { (self.box, self.embedding) = (box, embedding) }
}

/// The faces of one character in successive pictures of one scene.
public struct FaceTrack: Sendable, Equatable, Codable {
    /// It rises in the order in which tracks begin.
    public let id: Int
    /// The numbers of the first and the last picture with the face.
    public let first: Int
    public private(set) var last: Int
    /// The number of pictures with the face.
    public private(set) var count: Int
    /// The last one.
    private var box: PixelBox
    /// The sum of the embeddings.
    private var sum: [Float]

    init(id: Int, _ face: SeenFace, in frame: Int) {
        (self.id, first, last, count, box, sum) = (id, frame, frame, 1, face.box, face.embedding)
    }

    fileprivate mutating func add(_ face: SeenFace, in frame: Int) {
        (last, count, box) = (frame, count + 1, face.box)
        for index in sum.indices { sum[index] += face.embedding[index] }
    }

    /// The intersection over union of the last box and a face's.
    func overlap(_ face: SeenFace) -> Double { box.overlap(face.box) }

    /// The Euclidean distance from the track's mean direction to a face's embedding, from 0 to 2.
    func distance(_ face: SeenFace) -> Double {
        let (product, square) = zip(sum, face.embedding).reduce((0.0, 0.0)) { sums, values in
            (sums.0 + Double(values.0) * Double(values.1), sums.1 + Double(values.0) * Double(values.0))
        }
        guard square > 0 else { return 2 }
        return max(0, 2 - 2 * product / square.squareRoot()).squareRoot()
    }
}

/// Links the faces in successive pictures of a video to tracks.
///
/// A face continues a track if both look alike (their embeddings are near), or if they lie in the same place and do not look very different.
/// Of all such pairs in a picture the best is linked first. A track ends at a cut, or when its face has been missing for some pictures.
///
/// Sources: links by overlap, the best first: Bochinski, Eiselein and Sikora, "High-Speed Tracking-by-Detection Without Using Image
/// Information", AVSS 2017; links by appearance: Wojke, Bewley and Paulus, "Simple Online and Realtime Tracking with a Deep Association
/// Metric", ICIP 2017.
public struct FaceTracks: Sendable, Equatable, Codable {
    /// When two faces may be the same.
    public struct Limits: Sendable, Equatable, Codable {
        /// A face that is nearer to a track continues it wherever it is.
        public var near: Double
        /// A face that overlaps a track's last box continues it up to this distance.
        public var far: Double
        /// The intersection over union that counts as the same place.
        public var overlap: Double
        /// A track ends when its face is missing in more pictures in a row.
        public var missing: Int

        public init(near: Double = 0.75, far: Double = 1.0, overlap: Double = 0.3, missing: Int = 2) {
            (self.near, self.far, self.overlap, self.missing) = (near, far, overlap, missing)
        }
    }

    public let limits: Limits
    /// The tracks that may go on, in the order of their beginnings.
    public private(set) var open: [FaceTrack] = []
    private var begun = 0

    public init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Takes the faces of the next picture.
    /// - Parameters:
    ///   - frame: the picture's number; it rises.
    ///   - beginsScene: whether a cut lies before it.
    /// - Returns: for each face the number of its track, and the tracks that have ended.
    public mutating func add(
        _ faces: [SeenFace], frame: Int, beginsScene: Bool
    ) -> (tracks: [Int], ended: [FaceTrack]) {
        var ended: [FaceTrack] = []
        if beginsScene { ended = end() }
        let missing = limits.missing
        ended += end { frame - $0.last > missing + 1 }
        var places = [Int?](repeating: nil, count: faces.count)
        for pair in pairs(faces) where places[pair.face] == nil && !places.contains(pair.track) {
            places[pair.face] = pair.track
        }
        let tracks = faces.indices.map { index in
            if let place = places[index] {
                open[place].add(faces[index], in: frame)
                return open[place].id
            }
            open.append(FaceTrack(id: begun, faces[index], in: frame))
            begun += 1
            return begun - 1
        }
        return (tracks, ended)
    }

    /// Ends all tracks, or some.
    public mutating func end(_ isOver: (FaceTrack) -> Bool = { _ in true }) -> [FaceTrack] {
        let ended = open.filter(isOver)
        open.removeAll(where: isOver)
        return ended
    }

    /// The tracks and faces that may be linked, by their indices, the best first.
    private func pairs(_ faces: [SeenFace]) -> [(track: Int, face: Int)] {
        var pairs: [(cost: Double, track: Int, face: Int)] = []
        for (track, known) in open.enumerated() {
            for (face, seen) in faces.enumerated() {
                let (distance, overlap) = (known.distance(seen), known.overlap(seen))
                let isSame = distance <= limits.near || overlap >= limits.overlap && distance <= limits.far
                if isSame { pairs.append((distance - overlap, track, face)) }
            }
        }
        return pairs.sorted { ($0.cost, $0.track, $0.face) < ($1.cost, $1.track, $1.face) }.map { ($0.track, $0.face) }
    }
}
