import API
import Backbones
import Embedding
import FewShot
import Foundation
import Options
import Statistics

enum FitReadout: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho readout", summary: "fit a model's readout on a folder of pictures, labels not needed",
        discussion: """
            Needs no daemon. The readout centers and whitens the pooled features of several depths. If the folder has a folder for each
            character, the command also fits how answers decide between a name and “unknown”, on the pictures that the readout was not
            fitted on, or on the characters of --held. A folder of pictures only gives a model without such a rule: the daemon fits
            one once enough is enrolled.
            """,
        options: [
            Option(
                "data", "LIST",
                help: "a folder of pictures; or folders of one folder a character, or class lists, separated by commas")
        ] + LocalModel.options
            + [
                Option("taps", "LIST", help: "depths to read, separated by commas (default: the architecture's)"),
                Option("power", "P", help: "0 leaves directions as they are, 0.5 whitens fully (default: 0.3)"),
                Option("width", "D", help: "keep D leading directions (default: all)"),
                Option("size", "S", help: "side of the network's input in pixels (default: the model's)"),
                Option("transform", "T", help: "resize or resize-crop (default: the model's)"),
                Option("no-mirror", help: "do not average the mirror image in"),
                Option(
                    "every", "N", help: "fit on every Nth picture of a character (default: 4; 1 for a plain folder)"),
                Option(
                    "held", "LIST",
                    help: "characters to leave out of the fit by name, and to fit the decision on instead"),
                Option(
                    "calibration", "MODEL",
                    help:
                        "take the decision from that model file instead: one made the same way that has not seen the characters it was fitted on"
                ),
                Option(
                    "false-accepts", "F",
                    help: "the part of strangers that may be named (default: balanced against pictures lost)"),
                Option("seed", "S", help: "which characters are strangers in turn (default: 1)"),
                Option("output", "FILE", help: "where to write the model"),
            ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let data = RunOptions.list(try arguments.required("data"))
        let output = try OutputFile(arguments.required("output"))
        let settings = try Settings(arguments)
        let held = try arguments["held"].map { try ClassFolders(paths: RunOptions.list($0)) }
        let folders =
            if let held {
                try ClassSplit(try ClassFolders(paths: data), validation: held).training
            } else {
                try? ClassFolders(paths: data)
            }
        let every = try arguments.integer("every", in: 1...1000) ?? (folders == nil ? 1 : 4)
        let fitting: [String] =
            if let folders {
                folders.classes.flatMap { group in
                    stride(from: 0, to: group.images.count, by: every).map { group.images[$0] }
                }
            } else {
                try PictureList.expand(data).enumerated().filter { $0.offset % every == 0 }.map(\.element.path)
            }

        let base = try LocalModel(arguments, inputSize: try arguments.integer("size", in: 16...512)).model
        let threads = try LocalModel.threads(arguments)
        let taps = arguments["taps"]?.split(separator: ",").map(String.init) ?? base.backbone.defaultTaps
        let (features, widths) = try await pooled(fitting, base, taps, threads, settings, console)
        let readout = try Readout.fit(features, widths: widths, power: settings.power, dimensions: settings.width)
        let notes = [
            "readout": "fitted on \(fitting.count) pictures, power \(settings.power), seed \(settings.seed)"
        ].merging(base.metadata.filter { ["license", "source", "training"].contains($0.key) }) { $1 }
        func file(radius: Float?, decision: DecisionRule?, temperature: Float) throws -> Data {
            try base.file(
                taps: taps, readout: readout, mirror: settings.mirror,
                transform: settings.transform ?? base.transform.kind, radius: radius, decision: decision,
                temperature: temperature, notes: notes)
        }
        func write(_ bytes: Data) throws {
            try output.write(bytes)
            let model = try Model(bytes)
            if console.isJSON { return }
            console.print(
                "wrote \(output.path): \(model.architecture), width \(model.dimensions), \(Show.bytes(model.byteCount)); fitted on \(Show.count(fitting.count, "picture"))"
            )
        }

        if let path = arguments["calibration"] {
            let other = try LocalModel.read(path)
            let model = try file(
                radius: other.radius, decision: other.decision, temperature: other.temperature)
            try write(model)
            if console.isJSON {
                return try console.print(json: try Report(output.path, model, pictures: fitting.count))
            }
            return console.print("the decision is that of \(path)")
        }
        var radius: UnknownRadius?
        var temperature: Temperature?
        var decision: DecisionRule?
        if let judging = held ?? folders.map({ unfitted($0, every: every) }) {
            let embedder = try Embedder(
                model: try Model(file(radius: nil, decision: nil, temperature: 1)), threads: threads)
            let embeddings = try await judging.embeddings(embedder, console)
            radius = try UnknownRadius.fit(embeddings, seed: settings.seed, falseAccepts: settings.falseAccepts)
            temperature = try Temperature.fit(embeddings, seed: settings.seed)
            decision = try DecisionRule.fit(embeddings, seed: settings.seed)
        }
        let model = try file(
            radius: (radius?.radius).map(Float.init), decision: decision,
            temperature: (temperature?.value).map(Float.init) ?? 1)
        try write(model)
        if console.isJSON { return try console.print(json: try Report(output.path, model, pictures: fitting.count)) }
        report(radius, temperature, decision, console)
    }

    /// What `--json` prints.
    private struct Report: Encodable {
        let output, architecture: String
        let dimensions, bytes, pictures: Int
        let radius: Float?
        let temperature: Float

        init(_ output: String, _ file: Data, pictures: Int) throws(ModelError) {
            let model = try Model(file)
            self.output = output
            architecture = model.architecture
            (dimensions, bytes, self.pictures) = (model.dimensions, model.byteCount, pictures)
            (radius, temperature) = (model.radius, model.temperature)
        }
    }

    /// The pictures that the readout was not fitted on; all where it was fitted on all.
    private static func unfitted(_ folders: ClassFolders, every: Int) -> ClassFolders {
        ClassFolders(
            classes: folders.classes.map { group in
                .init(
                    name: group.name,
                    images: group.images.enumerated().filter { every == 1 || $0.offset % every != 0 }.map(\.element))
            })
    }

    private struct Settings {
        let power: Double
        let width: Int?
        let mirror: Bool
        let transform: EvaluationTransform.Kind?
        let falseAccepts: Double?
        let seed: UInt64

        init(_ arguments: Arguments) throws(UsageError) {
            power = try arguments.number("power", in: 0...0.5) ?? 0.3
            width = try arguments.integer("width", in: 1...100_000)
            mirror = !arguments.flag("no-mirror")
            transform = try arguments.choice("transform", of: EvaluationTransform.Kind.allCases.map(\.rawValue))
                .flatMap(EvaluationTransform.Kind.init(rawValue:))
            falseAccepts = try arguments.number("false-accepts", in: 0...1)
            seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
        }
    }

    /// One matrix of pooled features a tap, and the taps' widths.
    private static func pooled(
        _ paths: [String], _ base: Model, _ taps: [String], _ threads: Int, _ settings: Settings, _ console: Console
    ) async throws -> ([[Float]], [Int]) {
        let embedder = try Embedder(model: base, threads: threads, taps: taps)
        let transform = EvaluationTransform(
            kind: settings.transform ?? base.transform.kind, size: base.transform.size,
            normalization: base.transform.normalization)
        var features = [[Float]](repeating: [], count: taps.count)
        let progress = ProgressBar("features", total: paths.count, console: console)
        try await PictureReader(transform: transform).read(paths.map(PictureInput.init(file:)), progress) { images in
            for (index, matrix) in embedder.features(images).enumerated() { features[index] += matrix }
        }
        return (features, embedder.widths)
    }

    private static func report(
        _ radius: UnknownRadius?, _ temperature: Temperature?, _ decision: DecisionRule?, _ console: Console
    ) {
        guard let radius, let temperature, let decision else {
            return console.print("no decision: the folder has no folder for each character")
        }
        let model = decision.covariance
        console.print(
            """
            decision: variances \(Show.decimal(model.between)) between and \(Show.decimal(model.within)) within characters, over \
            \(Show.decimal(model.dimensions, 1)) dimensions; \
            \(Show.percent(DecisionRule.defaultFalseAccepts)) of strangers reach a probability of \
            \(Show.percent(decision.threshold(falseAccepts: DecisionRule.defaultFalseAccepts)))
            """)
        console.print(
            """
            radius \(Show.decimal(radius.radius)), over \(Show.count(radius.pictures, "picture")) of other draws than it was fitted on: \
            \(Show.estimate(radius.rightAndAccepted)) of enrolled characters' pictures named rightly, \
            \(Show.estimate(radius.falseRejects)) refused; \(Show.estimate(radius.falseAccepts)) of strangers' accepted
            temperature \(Show.decimal(temperature.value, 4)): calibration error \(Show.estimate(temperature.calibrationError)) \
            among \(temperature.way) characters, \(Show.estimate(temperature.uncalibratedError)) at temperature 1
            """)
    }
}
