import Detection
import Embedding
import Foundation
import Imaging
import Platform

/// Says where the face of a crop is. Crops of different sources leave different margins around the face, so a detector looks.
struct CropLabeler: Sendable {
    private let detector: FaceDetector

    /// The side of the gray picture that a crop is looked at in, as a multiple of the crop's long side: a face that fills its picture is hard to
    /// find.
    private static let margin = 2.0
    /// The long side of what the detector looks at, in pixels.
    private static let longSide = 192
    /// The face's lowest score; a second face must be below the other one.
    private static let certain = 0.4, other = 0.25
    /// The lowest side of the face as a part of the crop's short side: the crop is of a smaller face beside the one that was found.
    private static let leastPart = 0.25

    /// - Throws: ``TrainingError`` that names the file, if it is no detector.
    init(file path: String) throws(TrainingError) {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw TrainingError(.notFound, "cannot read \(path): \(SystemReason.text(error))")
        }
        do throws(ModelError) {
            detector = FaceDetector(model: try DetectorModel(bytes), longSide: Self.longSide, threads: 1)
        } catch { throw TrainingError(.badInput, "\(path): \(error.message)") }
    }

    /// The face's box in the crop's pixels; nil unless there is certainly one face.
    func box(of crop: Image) -> BoxEdges? {
        let side = Int(Double(max(crop.width, crop.height)) * Self.margin)
        let (x, y) = ((side - crop.width) / 2, (side - crop.height) / 2)
        let gray = Image(width: side, height: side, color: (Letterbox.fill, Letterbox.fill, Letterbox.fill))
        let faces = detector.faces(in: gray.replacing(x: x, y: y, with: crop), threshold: Self.other)
        guard faces.count == 1, faces[0].score >= Self.certain else { return nil }
        let box = faces[0].box.edges.moved(x: -Double(x), y: -Double(y))
            .clipped(width: Double(crop.width), height: Double(crop.height))
        return box.side >= Self.leastPart * Double(min(crop.width, crop.height)) ? box : nil
    }
}
