import API
import Detection
import Geometry
import Imaging

/// A face of a picture.
struct FoundFace: Sendable, Equatable {
    /// nil if the whole picture is the face.
    let box: PixelBox?
    /// The detector's; nil if it was not asked, or if the whole picture is taken.
    let score: Double?

    /// The whole picture.
    static let whole = FoundFace(box: nil, score: nil)
}

/// Where the faces of a request's pictures are.
struct FacePlaces: Sendable {
    /// How many faces a picture may have.
    enum Number { case one, any }

    private let places: @Sendable (Int, Image, String) -> Result<[FoundFace], APIError>

    /// The faces of the picture at an index.
    /// - Parameter name: what an error calls the picture.
    func faces(of index: Int, _ image: Image, named name: String) -> Result<[FoundFace], APIError> {
        places(index, image, name)
    }

    /// The boxes of pictures that are stored, one for each.
    static func stored(_ boxes: [PixelBox?]) -> FacePlaces {
        FacePlaces { index, _, _ in .success([FoundFace(box: boxes[index], score: nil)]) }
    }

    /// What a request asks for.
    static func asked(_ selection: FaceSelection, _ number: Number, _ detector: FaceDetector?) -> FacePlaces {
        FacePlaces { index, image, name in
            Result { () throws(APIError) in
                guard selection.boxes.isEmpty else {
                    let boxes = number == .one ? [selection.boxes[index]] : selection.boxes
                    return try boxes.map { box throws(APIError) in
                        try Self.check(box, inside: image, name)
                        return FoundFace(box: box, score: nil)
                    }
                }
                guard selection.mode != .whole else { return [.whole] }
                let found = detector.map { FaceFinder($0).faces(in: image, selection.mode ?? .auto) }
                guard let found else {
                    guard selection.mode != .found else {
                        throw APIError(
                            .notReady, "there is no face detector: import one with aniwho detectors import FILE")
                    }
                    return [.whole]
                }
                return try Self.chosen(of: found, selection, number, name)
            }
        }
    }

    private static func check(_ box: PixelBox, inside image: Image, _ name: String) throws(APIError) {
        guard !box.isInside(width: image.width, height: image.height) else { return }
        throw APIError(
            .badParameter,
            "\(name): the box \(box) is not inside the picture, which has \(image.width) × \(image.height) pixels")
    }

    /// The faces that the request chooses among those that were found.
    private static func chosen(
        of found: [FoundFace], _ selection: FaceSelection, _ number: Number, _ name: String
    ) throws(APIError) -> [FoundFace] {
        if let choice = selection.number {
            guard choice <= found.count else {
                throw APIError(.noFace, "\(name): there is no face \(choice). It has \(list(found))")
            }
            return [found[choice - 1]]
        }
        if found.isEmpty, number == .one { throw APIError(.noFace, "\(name): no face was found") }
        if found.count > 1, number == .one {
            throw APIError(
                .severalFaces,
                "\(name) has \(list(found)). Choose one: --face N, --largest or --box LEFT,TOP,WIDTH,HEIGHT")
        }
        return found
    }

    /// `2 faces: 1 at 10,20,200,200; 2 at 300,40,80,80`.
    private static func list(_ found: [FoundFace]) -> String {
        guard !found.isEmpty else { return "none" }
        let places = found.enumerated().map { index, face in
            "\(index + 1) at \(face.box?.description ?? "the whole picture")"
        }
        return "\(found.count) face\(found.count == 1 ? "" : "s"): \(places.joined(separator: "; "))"
    }
}

/// Decides what of a picture is a face.
struct FaceFinder: Sendable {
    private let detector: FaceDetector

    /// A face whose box has so much of the longer side of a picture is the picture: a crop. Few-shot accuracy is best if all pictures
    /// of a character have one framing, and people's crops have more margin than boxes.
    static let cropShare = 0.45
    /// Beside a face that is the picture, smaller ones count from this part of its side on; others are details of the drawing.
    static let companionShare = 0.5
    /// A picture whose long side is shorter, in pixels, is a crop: a face that is a small part of it would be too small to name.
    static let smallestPicture = 160

    init(_ detector: FaceDetector) { self.detector = detector }

    /// The faces of a picture, the largest first.
    func faces(in image: Image, _ mode: FaceMode) -> [FoundFace] {
        let takesWhole = mode == .auto || mode == .largest
        if mode == .whole || (takesWhole && max(image.width, image.height) < Self.smallestPicture) { return [.whole] }
        let faces = detector.faces(in: image).map { FoundFace(box: $0.box, score: $0.score) }
        if takesWhole, Self.isCrop(width: image.width, height: image.height, faces.compactMap(\.box)) {
            return [.whole]
        }
        return mode == .largest ? Array(faces.prefix(1)) : faces
    }

    /// Whether a picture is itself a face.
    /// - Parameter boxes: of the faces that were found, the largest first.
    static func isCrop(width: Int, height: Int, _ boxes: [PixelBox]) -> Bool {
        guard let largest = boxes.first else { return true }
        let side = Double(max(largest.width, largest.height))
        return side >= cropShare * Double(max(width, height))
            && boxes.dropFirst().allSatisfy { Double(max($0.width, $0.height)) < companionShare * side }
    }
}
