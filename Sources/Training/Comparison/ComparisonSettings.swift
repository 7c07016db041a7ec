/// All settings of a comparison. Its folder keeps them as `comparison.json`.
public struct ComparisonSettings: Sendable, Codable, Equatable {
    /// Prototypes of a few pictures, beside the trained classifiers.
    public struct Prototypes: Sendable, Codable, Equatable {
        /// The path of the embedding model.
        public var model: String
        /// The numbers of training pictures in a prototype, one row of the comparison each; empty for no prototypes.
        public var shots: [Int]
        /// How often the pictures are drawn.
        public var draws: Int

        public init(model: String, shots: [Int], draws: Int = 20) {
            (self.model, self.shots, self.draws) = (model, shots, draws)
        }
    }

    public var grid: ComparisonGrid
    /// Folders of class folders, or class lists.
    public var data: [String]
    /// A file with the source picture of each crop.
    public var sources: String?
    public var skipBad = false
    /// The most epochs of a run.
    public var epochs: Int
    /// The most epochs of a run whose network trains, because such an epoch costs a hundred times as much; nil for `epochs`.
    public var fineTunedEpochs: Int?
    /// The number of augmented views of each picture for frozen networks.
    public var views: Int
    /// All runs share the seed, and with it the split.
    public var seed: UInt64
    public var threads: Int
    public var prototypes: Prototypes
    /// The command line, for the report.
    public var command: String

    public init(
        grid: ComparisonGrid = ComparisonGrid(), data: [String], epochs: Int = 100,
        views: Int = TransferSettings().views,
        seed: UInt64 = 1, threads: Int, prototypes: Prototypes, command: String = ""
    ) {
        (self.grid, self.data, self.epochs, self.views) = (grid, data, epochs, views)
        (self.seed, self.threads, self.prototypes, self.command) = (seed, threads, prototypes, command)
    }

    /// The transfer training of one cell.
    /// - Parameter features: the folder for the features of frozen networks. All runs share it.
    func configuration(_ cell: ComparisonCell, features: String) -> TrainingConfiguration {
        var transfer = TransferSettings()
        (transfer.batch, transfer.dropout, transfer.fineTune) = (cell.batch, cell.dropout, cell.fineTune)
        transfer.views = views
        // Every run begins with a new dense layer, even if its weights come from a classifier.
        transfer.newHead = true
        if cell.fineTune == .none { transfer.featureCache = features }
        return .transfer(
            architecture: cell.model, weights: grid.models.first { $0.architecture == cell.model }?.weights,
            data: data, sources: sources, settings: transfer,
            epochs: cell.fineTune == .none ? epochs : fineTunedEpochs ?? epochs, skipBad: skipBad, seed: seed,
            threads: threads)
    }
}
