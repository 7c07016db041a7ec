import FewShot

/// A comparison's pictures, split as every run of it splits them.
struct TransferPictures {
    let training, validation, test: ClassFolders

    /// - Throws: ``TrainingError`` with `badInput` when the data cannot be read or is of one class.
    init(_ settings: ComparisonSettings) throws(TrainingError) {
        do throws(DataSetError) {
            let data = try ClassFolders(paths: settings.data)
            guard data.classes.count >= 2 else {
                throw DataSetError("\(settings.data.joined(separator: ", ")) has one class; a classifier needs two")
            }
            let sources = try settings.sources.map { path throws(DataSetError) in try ImageSources(path: path) }
            let parts = ImageSplit(
                data, shares: Transfer.Split().shares, sources: sources ?? .none, seed: settings.seed
            ).parts
            (training, validation, test) = (parts[0], parts[1], parts[2])
        } catch { throw TrainingError(error) }
        guard test.imageCount > 0 else {
            throw TrainingError(.badInput, "no picture is left for a test; a class needs about ten")
        }
    }

    /// The numbers of pictures of each class in each part.
    var split: RunSplit {
        func part(_ data: ClassFolders) -> [RunSplit.Part] {
            data.classes.map { .init(name: $0.name, images: $0.images.count) }
        }
        return RunSplit(training: part(training), validation: part(validation), test: part(test))
    }

    func summary(_ settings: ComparisonSettings) -> ComparisonResults.Pictures {
        let names = settings.data.map { path in path.split(separator: "/").last.map(String.init) ?? path }
        return ComparisonResults.Pictures(
            name: names.joined(separator: ", "), classes: training.classes.map(\.name),
            training: training.imageCount, validation: validation.imageCount, test: test.imageCount)
    }
}
