import API
import Detection
import Embedding
import Foundation
import Geometry
import Imaging
import Options

enum Detect: TakesPictures {
    static let declaration = Declaration(
        name: "aniwho detect", summary: "find the faces in pictures",
        discussion: """
            Needs no daemon. Prints each face's box in pixels of the upright picture, left, top, width and height, with the
            network's score, the largest face first. --crop-to writes each face as NAME-1.png, NAME-2.png and so on; --draw
            writes each picture with its boxes as NAME.png; --boxes-to writes boxes.json as aniwho train-detector takes it, and
            ignored.json with the boxes that score less, from \(Show.decimal(LabelFolder.leastScore, 1)) on, to be looked at and corrected. With --json it prints an array, an object for each picture.
            """,
        operands: [.images],
        options: LocalDetector.options + [
            LocalDetector.threshold,
            Option("crop-to", "DIR", help: "write the faces to this folder"),
            Option("boxes-to", "DIR", help: "write the faces' boxes to this folder, to train a detector on"),
            Option("draw", "DIR", help: "write the pictures with their boxes to this folder"),
        ])

    /// A picture's faces in JSON.
    private struct Report: Encodable {
        struct Face: Encodable {
            let box: PixelBox
            let score: Double
        }

        let image: String
        let width, height: Int
        let faces: [Face]

        init(_ picture: PictureInput, _ image: Image, _ faces: [DetectedFace]) {
            self.image = picture.path
            (width, height) = (image.width, image.height)
            self.faces = faces.map { face in
                Face(box: face.box, score: (face.score * 10000).rounded() / 10000)
            }
        }
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let pictures = try arguments.somePictures("IMAGE")
        let detector = try LocalDetector.detector(arguments)
        let threshold = try LocalDetector.threshold(arguments)
        let crops = try arguments["crop-to"].map(PictureFolder.init)
        let drawings = try arguments["draw"].map(PictureFolder.init)
        var labels = try arguments["boxes-to"].map(LabelFolder.init)
        let certain = threshold ?? detector.model.threshold
        let least = labels == nil ? certain : min(certain, LabelFolder.leastScore)
        let progress = ProgressBar("pictures", total: pictures.count, console: console)
        var reports: [Report] = []
        var failures: [Failure] = []
        for (index, picture) in pictures.enumerated() {
            do throws(Failure) {
                let image = try picture.image()
                let found = detector.faces(in: image, threshold: least)
                try labels?.add(found, threshold: certain, of: picture)
                let faces = found.filter { $0.score >= certain }
                reports.append(Report(picture, image, faces))
                try crops?.write(faces.map { image.face($0.box) }, of: picture)
                try drawings?.write(image.framing(faces.map(\.box)), of: picture)
            } catch {
                // A folder that takes no file takes none of the next pictures either.
                guard error.code == .badImage else { throw error }
                failures.append(error)
            }
            progress.update(index + 1)
        }
        try labels?.write()
        if console.isJSON { try console.print(json: reports) } else { console.print(text(reports)) }
        guard failures.isEmpty else { throw Failure(failures, of: pictures.count, "pictures", "could not be read") }
    }

    private static func text(_ reports: [Report]) -> String {
        var table = TextTable(
            ("picture", .left), ("face", .right), ("left", .right), ("top", .right), ("width", .right),
            ("height", .right), ("score", .right))
        for report in reports {
            if report.faces.isEmpty { table.add(report.image, "none", "", "", "", "", "") }
            for (index, face) in report.faces.enumerated() {
                table.add(
                    [index == 0 ? report.image : "", String(index + 1)] + face.box.values.map { String($0) }
                        + [Show.percent(face.score)])
            }
        }
        return table.text
    }
}
