import Randomness

/// A data set's classes in three disjoint parts: to train on, to choose the best epoch by, and to report on.
public struct ClassSplit: Sendable, Equatable {
    public let training: ClassFolders
    /// Empty if nothing is held out.
    public let validation: ClassFolders
    public let test: ClassFolders

    /// Draws the parts at random, always the same for a seed. The paper has 90 / 20 / 20 classes.
    /// - Throws: ``DataSetError`` if the data has too few classes.
    public init(_ data: ClassFolders, training: Int, validation: Int, test: Int, seed: UInt64) throws(DataSetError) {
        let wanted = training + validation + test
        guard data.classes.count >= wanted else {
            throw DataSetError(
                "a split of \(training)/\(validation)/\(test) needs \(wanted) classes; the data has \(data.classes.count)"
            )
        }
        var random = SplitMix64(seed: seed, 0x73706c6974)
        let order = Array(data.classes.indices).shuffled(using: &random)
        func part(_ range: Range<Int>) -> ClassFolders {
            ClassFolders(classes: order[range].sorted().map { data.classes[$0] })
        }
        self.training = part(0..<training)
        self.validation = part(training..<training + validation)
        self.test = part(training + validation..<wanted)
    }

    /// Trains on all classes of `data` whose names are not in `validation`.
    /// - Throws: ``DataSetError`` if none is left to train on.
    public init(_ data: ClassFolders, validation: ClassFolders) throws(DataSetError) {
        let held = Set(validation.classes.map(\.name))
        training = ClassFolders(classes: data.classes.filter { !held.contains($0.name) })
        guard !training.classes.isEmpty else {
            throw DataSetError("every class is held out for validation, and none is left to train on")
        }
        self.validation = validation
        test = ClassFolders(classes: [])
    }
}
