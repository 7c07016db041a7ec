/// Everything that a comparison depends on but its data's content; kept in its folder as `comparison.json`.
public struct ComparisonSettings: Sendable, Codable, Equatable {
    /// Prototypes of few pictures, to stand beside the trained classifiers.
    public struct Prototypes: Sendable, Codable, Equatable {
        /// The file of the model that embeds.
        public var model: String
        /// How many training pictures of each class make its prototype, a row of the comparison each; empty for none.
        public var shots: [Int]
        /// How often they are drawn.
        public var draws: Int

        public init(model: String, shots: [Int], draws: Int = 20) {
            (self.model, self.shots, self.draws) = (model, shots, draws)
        }
    }

    public var grid: ComparisonGrid
    /// Folders of class folders, or class lists.
    public var data: [String]
    /// A file that says which source picture each image was cut from.
    public var sources: String?
    public var skipBad = false
    /// At most.
    public var epochs: Int
    /// Of runs whose network trains, where an epoch costs a hundred times as much; nil for `epochs`.
    public var fineTunedEpochs: Int?
    /// How many augmented views of every picture a frozen network is trained on.
    public var views: Int
    /// All runs share it, and with it the split.
    public var seed: UInt64
    public var threads: Int
    public var prototypes: Prototypes
    /// The command line, for the report.
    public var command: String

    public init(
        grid: ComparisonGrid = ComparisonGrid(), data: [String], epochs: Int = 100, views: Int = Transfer().views,
        seed: UInt64 = 1, threads: Int, prototypes: Prototypes, command: String = ""
    ) {
        (self.grid, self.data, self.epochs, self.views) = (grid, data, epochs, views)
        (self.seed, self.threads, self.prototypes, self.command) = (seed, threads, prototypes, command)
    }

    /// The transfer training of one cell.
    /// - Parameter features: the folder for the features of frozen networks, which all runs share.
    func configuration(_ cell: ComparisonCell, features: String) -> TrainingConfiguration {
        var transfer = Transfer()
        (transfer.batch, transfer.dropout, transfer.fineTune) = (cell.batch, cell.dropout, cell.fineTune)
        transfer.views = views
        // Every run begins its dense layer anew, whatever its network comes from.
        transfer.newHead = true
        if cell.fineTune == .none { transfer.featureCache = features }
        return .transfer(
            architecture: cell.model, weights: grid.models.first { $0.architecture == cell.model }?.weights,
            data: data, sources: sources, settings: transfer,
            epochs: cell.fineTune == .none ? epochs : fineTunedEpochs ?? epochs, skipBad: skipBad, seed: seed,
            threads: threads)
    }
}
