import API
import Client
import Options

/// `aniwho classify --together`: one answer for several pictures of one character.
enum Together {
    static let option = Option("together", help: "all pictures show one character: answer once, by the mean of them")

    /// Options of `classify` that are about each picture by itself.
    private static let forEach = ["classifier", "sort-into", "keep-unknown", "csv"]

    /// The API's answer, with what answered and for which pictures. As JSON, the keys of both stand side by side.
    private struct Report: Encodable {
        let response: ClassifyTogether.Response
        let images: [String]

        private enum CodingKeys: String, CodingKey { case images, independentImages, model, head, calibration }

        func encode(to encoder: any Encoder) throws {
            try response.answer.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(images, forKey: .images)
            try container.encode(response.independentImages, forKey: .independentImages)
            try container.encode(response.model, forKey: .model)
            try container.encode(response.head, forKey: .head)
            try container.encode(response.calibration, forKey: .calibration)
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
        let selection = try FaceOptions.selection(arguments, pictures: pictures.count)
        let files = try pictures.mapPictures(PictureList.unreadable) { picture throws(Failure) in try picture.part() }
        let response = try arguments.client.call(
            ClassifyTogether.self, .init(top: top, selection: selection, files: files))
        let answer = response.answer
        if console.isJSON {
            return try console.print(json: [Report(response: response, images: pictures.map(\.path))])
        }
        var table = TextTable(("IMAGES", .right), ("CHARACTER", .left), ("PROBABILITY", .right), ("DISTANCE", .right))
        table.add(
            String(pictures.count), answer.verdict, answer.nearest.map { Show.percent($0.probability) } ?? "",
            answer.nearest.map { Show.decimal($0.distance) } ?? "")
        for candidate in answer.candidates.prefix(top ?? 0) where candidate.character != answer.character {
            table.add(
                "", "  \(candidate.text)", Show.percent(candidate.probability),
                Show.decimal(candidate.distance))
        }
        console.print(table)
    }
}
