import API
import Detection
import Embedding
import Foundation
import Options

/// A face detector in this process.
enum LocalDetector {
    /// The name of the detector that comes with AniWho.
    static let defaultName = "face_detector"

    static let options = [
        Option("model", "FILE", help: "a detector that comes with AniWho, or its file (default: \(defaultName))"),
        Option("long-side", "S", help: "resize pictures to this long side in pixels (default: the model's)"),
        .threads,
    ]

    /// The detector that the options name.
    /// - Throws: ``Failure`` that names the file.
    static func detector(_ arguments: Arguments) throws -> FaceDetector {
        FaceDetector(
            model: try model(arguments["model"] ?? defaultName),
            longSide: try arguments.integer("long-side", in: DetectorModel.longSides),
            threads: try LocalModel.threads(arguments))
    }

    /// The detector of a name or a file.
    /// - Throws: ``Failure`` that names the file.
    static func model(_ name: String) throws -> DetectorModel {
        guard let path = LocalModel.file(name) else {
            throw Failure(
                .fileNotFound, "there is no detector \(name): give the path of a detector's file with --model")
        }
        let bytes = try PictureInput(file: path).bytes()
        do throws(ModelError) { return try DetectorModel(bytes) } catch {
            throw Failure(.badModel, "\(path): \(error.message)")
        }
    }

    /// The lowest score that counts, where the option is given.
    static let threshold = Option(
        "threshold", "P", help: "the lowest score of a face, from 0.02 to 0.99 (default: the model's)")

    static func threshold(_ arguments: Arguments) throws -> Double? {
        try arguments.number(threshold.name, in: 0.02...0.99)
    }
}
