import Foundation

/// One run of a comparison: a network, and the settings that the paper varies.
public struct ComparisonCell: Sendable, Codable, Equatable {
    /// The architecture's name.
    public let model: String
    public let fineTune: FineTuning
    public let batch: Int
    public let dropout: Double

    public init(model: String, fineTune: FineTuning, batch: Int, dropout: Double) {
        (self.model, self.fineTune, self.batch, self.dropout) = (model, fineTune, batch, dropout)
    }

    /// The name of the cell's run folder, such as `mobilenetv2-all-b32-d0.5`.
    public var slug: String {
        "\(model)-\(fineTune.description.filter { $0 != ":" })-b\(batch)-d\(dropout)"
    }
}

/// The runs of a comparison: every network with every setting.
public struct ComparisonGrid: Sendable, Codable, Equatable {
    /// A network and its starting weights.
    public struct Model: Sendable, Codable, Equatable {
        public let architecture: String
        /// A file of weights; nil for random ones.
        public let weights: String?

        public init(architecture: String, weights: String? = nil) {
            (self.architecture, self.weights) = (architecture, weights)
        }
    }

    public var models: [Model]
    public var batches: [Int]
    public var fineTunes: [FineTuning]
    public var dropouts: [Double]

    /// The defaults are those of the paper's Tables 2–6: 5 networks × 2 batch sizes × frozen and fine-tuned × 3 dropout rates.
    public init(
        models: [Model] = paperModels.map { Model(architecture: $0) }, batches: [Int] = [32, 16],
        fineTunes: [FineTuning] = [.none, .all], dropouts: [Double] = [0.2, 0.5, 0.8]
    ) {
        (self.models, self.batches) = (models, batches)
        (self.fineTunes, self.dropouts) = (fineTunes, dropouts)
    }

    /// The architectures of the paper, in the order of its Tables 2–6.
    public static let paperModels = [
        "inception_v3", "inception_resnet_v2", "mobilenetv2", "efficientnet_b0", "efficientnet_b7",
    ]

    /// All runs, in the order of the paper's tables.
    public var cells: [ComparisonCell] {
        models.flatMap { model in
            batches.flatMap { batch in
                fineTunes.flatMap { fineTune in
                    dropouts.map {
                        ComparisonCell(model: model.architecture, fineTune: fineTune, batch: batch, dropout: $0)
                    }
                }
            }
        }
    }
}
