import API
import Client
import Detection
import Embedding
import Foundation
import Imaging
import Video

/// What is known of a video after some of its pictures: everything that the rest of the scan depends on, so that it can go on later.
struct VideoScan: Codable {
    /// The number of the next picture.
    private(set) var next = 0
    private(set) var named: [NamedTrack] = []
    private var cuts = SceneCuts()
    private var tracks = FaceTracks()
    /// Of the tracks that may go on.
    private var crops: [Int: TrackCrops] = [:]

    /// More faces of a picture are not followed, the smallest first.
    private static let mostFaces = 64

    /// Looks at the next picture. After an error nothing has changed, and the picture can be looked at again.
    mutating func add(_ frame: VideoFrame, _ eyes: VideoEyes, _ client: Client) throws {
        var scan = self
        let faces = eyes.faces(in: frame.image).prefix(Self.mostFaces)
        let parts = faces.map { frame.image.face($0.box) }
        let seen = zip(faces, eyes.embeddings(of: parts)).map { SeenFace(box: $0.box, embedding: $1) }
        let (ids, ended) = scan.tracks.add(
            seen, frame: frame.number, beginsScene: scan.cuts.beginsScene(frame.image))
        for (id, part) in zip(ids, parts) { try scan.crops[id, default: TrackCrops()].add(part) }
        for track in ended { try scan.name(track, client) }
        scan.next = frame.number + 1
        self = scan
    }

    /// Names the tracks that have not ended, at the end of the video or where the scan stops.
    mutating func end(_ client: Client) throws {
        for track in tracks.end() { try name(track, client) }
    }

    private mutating func name(_ track: FaceTrack, _ client: Client) throws {
        let crops = crops.removeValue(forKey: track.id)?.kept ?? []
        let files = crops.enumerated().map {
            FilePart(name: "\($0.offset).png", mediaType: "image/png", bytes: $0.element)
        }
        named.append(
            NamedTrack(
                track, try client.call(ClassifyTogether.self, .init(selection: FaceSelection(.whole), files: files))))
    }
}

/// What looks at the pictures of a video in this process: the face detector, and a network that tells whether two faces look alike.
struct VideoEyes {
    private let detector: FaceDetector
    private let embedder: Embedder

    /// The detector and the network that come with AniWho.
    /// - Throws: ``Failure`` when one of their files is missing or damaged.
    init() throws {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        detector = FaceDetector(model: try LocalDetector.model(LocalDetector.defaultName), threads: threads)
        guard let file = LocalModel.file(ModelFiles.defaultName) else {
            throw Failure(
                .fileNotFound,
                "there is no model \(ModelFiles.defaultName), by which faces are followed. Install AniWho again")
        }
        embedder = try Embedder(model: try LocalModel.read(file), threads: threads)
    }

    /// Another value means other eyes, which see other faces.
    var identity: String { "\(detector.model.identity) \(embedder.model.identity)" }

    func faces(in image: Image) -> [DetectedFace] { detector.faces(in: image) }

    /// Embeddings of length 1.
    func embeddings(of faces: [Image]) -> [[Float]] { embedder.embed(faces.map { embedder.model.transform.apply($0) }) }
}

/// Pictures of a track's faces, evenly spaced, as PNG files.
struct TrackCrops: Codable, Equatable {
    /// As many say hardly less than all.
    static let most = 16

    private(set) var kept: [Data] = []
    private var seen = 0
    private var stride = 1

    /// Takes the next picture. If there are too many, every second one goes, and later ones are taken half as often.
    mutating func add(_ image: @autoclosure () -> Image) throws(ImagingError) {
        defer { seen += 1 }
        guard seen % stride == 0 else { return }
        kept.append(Data(try image().encodePNG()))
        guard kept.count > Self.most else { return }
        kept = kept.indices.filter { $0 % 2 == 0 }.map { kept[$0] }
        stride *= 2
    }
}

/// A track with the answer for it.
struct NamedTrack: Codable {
    /// The numbers of the first and the last picture with the face.
    let first, last: Int
    /// The number of pictures with the face.
    let faces: Int
    let answer: FaceAnswer
    let independentImages: Double
    let model, head, calibration: String

    init(_ track: FaceTrack, _ response: ClassifyTogether.Response) {
        (first, last, faces) = (track.first, track.last, track.count)
        (answer, independentImages) = (response.answer, response.independentImages)
        (model, head, calibration) = (response.model, response.head, response.calibration)
    }
}
