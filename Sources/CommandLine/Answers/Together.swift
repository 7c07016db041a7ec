import API
import Client
import Options

/// `aniwho classify --together`: one answer for several pictures of one character.
enum Together {
    static let option = Option("together", help: "all pictures show one character: answer once, by the mean of them")

    /// Options of `classify` that are about each picture by itself.
    private static let forEach = ["classifier", "sort-into", "keep-unknown", "csv"]

    /// The API's answer, with what answered and for which pictures. As JSON, the keys of all stand side by side.
    private struct Report: Encodable {
        let answer: PictureAnswer
        let images: [String]
        let independentImages: Double

        private enum CodingKeys: String, CodingKey { case images, independentImages }

        func encode(to encoder: any Encoder) throws {
            try answer.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(images, forKey: .images)
            try container.encode(independentImages, forKey: .independentImages)
        }
    }

    static func run(_ arguments: Arguments, _ console: Console) throws {
        if let wrong = forEach.first(where: { arguments[$0] != nil }) {
            throw arguments.misuse("--\(wrong) is about each picture, and --together gives one answer for all")
        }
        let top = try arguments.integer("top", in: 1...ClassifyImages.maximumTop)
        let pictures = try arguments.somePictures("IMAGE")
        guard pictures.count <= ClassifyTogether.maximumFiles else {
            throw Failure(
                .badInput,
                "--together takes at most \(ClassifyTogether.maximumFiles) pictures, and these are \(pictures.count): give a part of them"
            )
        }
        let files = try pictures.mapPictures(PictureList.unreadable) { picture throws(Failure) in try picture.part() }
        let response = try arguments.client.call(ClassifyTogether.self, .init(top: top, files: files))
        let answer = PictureAnswer(
            pictures[0], response.answer,
            of: .init(
                model: response.model, head: response.head, calibration: response.calibration,
                results: [response.answer]))
        if console.isJSON {
            let report = Report(
                answer: answer, images: pictures.map(\.path), independentImages: response.independentImages)
            return try console.print(json: [report])
        }
        var table = TextTable(("IMAGES", .right), ("CHARACTER", .left), ("PROBABILITY", .right), ("DISTANCE", .right))
        table.add(
            String(pictures.count), answer.verdict, answer.nearest.map { Show.percent($0.probability) } ?? "",
            answer.nearest.map { Show.decimal($0.distance) } ?? "")
        for candidate in response.answer.candidates.prefix(top ?? 0)
        where candidate.character != response.answer.character {
            table.add(
                "", "  \(PictureAnswer.name(of: candidate))", Show.percent(candidate.probability),
                Show.decimal(candidate.distance))
        }
        console.print(table)
    }
}
