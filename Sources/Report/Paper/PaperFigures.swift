import Training

/// The measurements of Naftali et al. ("AniWho: A Quick and Accurate Way to Classify Anime Character Faces in Images",
/// arXiv:2208.11012), on their own pictures: 9,738 of 130 characters, at 96×96, on a Core i5-8600K with a GeForce GTX 1050 Ti.
///
/// The figures are as printed: nothing is computed, rounded or filled in.
enum PaperFigures {
    /// A row of Table 7.
    struct Model: Sendable {
        let architecture: String
        /// The spelling in the titles of Tables 2–6.
        let name: String
        /// The table of its runs.
        let table: Int
        let parameters: Int
        /// In percent.
        let top1, top5: Double
        /// For one picture, in milliseconds.
        let inference: Double
    }

    /// Table 7.
    static let models = [
        Model(
            architecture: "inception_v3", name: "InceptionV3", table: 2, parameters: 22_069_154, top1: 76.73,
            top5: 90.87, inference: 29.83),
        Model(
            architecture: "inception_resnet_v2", name: "InceptionResNetV2", table: 3, parameters: 54_536_546,
            top1: 74.98, top5: 90.76, inference: 70.26),
        Model(
            architecture: "mobilenetv2", name: "MobileNetV2", table: 4, parameters: 2_424_514, top1: 81.92,
            top5: 94.62, inference: 17.32),
        Model(
            architecture: "efficientnet_b0", name: "EfficientNetB0", table: 5, parameters: 4_216_094, top1: 83.46,
            top5: 94.9, inference: 33.68),
        Model(
            architecture: "efficientnet_b7", name: "EfficientNetB7", table: 6, parameters: 64_430_610, top1: 85.08,
            top5: 95.96, inference: 104.91),
    ]

    static func model(_ architecture: String) -> Model? { models.first { $0.architecture == architecture } }

    /// The paper's name for an architecture, or the architecture's own.
    static func name(_ architecture: String) -> String { model(architecture)?.name ?? architecture }

    /// The paper's run with the same settings. We read its “fine-tuned” as the whole network, which its training script very likely did, although
    /// its text says “a few top layers”.
    static func run(_ cell: ComparisonCell) -> Run? {
        runs[cell.model]?.first {
            $0.batch == cell.batch && $0.fineTune == cell.fineTune && $0.dropout == cell.dropout
        }
    }
}

extension ComparisonResults {
    /// The paper's networks, even if they are not in the grid, and then the grid's others.
    var shownModels: [String] {
        PaperFigures.models.map(\.architecture)
            + settings.grid.models.map(\.architecture).filter { PaperFigures.model($0) == nil }
    }
}
