import FewShot

/// The pictures of a transfer training in three parts. Every class has pictures in each.
struct TransferPictures {
    let training, validation, test: PictureStore
    let split: RunSplit

    var skipped: [String] { training.skipped + validation.skipped + test.skipped }

    /// - Parameter progress: called with the number of pictures read and their total.
    /// - Throws: ``TrainingError`` with `badInput` if a class is too small for the split, or a picture cannot be read.
    init(
        _ configuration: TrainingConfiguration, _ settings: TransferSettings,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(TrainingError) {
        let data: ClassFolders
        do { data = try ClassFolders(paths: configuration.data.training) } catch { throw TrainingError(error) }
        guard data.classes.count >= 2 else {
            throw TrainingError(
                .badInput, "a classifier needs at least two classes; the data has \(data.classes.count)")
        }
        let sources = try configuration.data.imageSources()
        let parts = ImageSplit(data, shares: settings.split.shares, sources: sources, seed: configuration.seed).parts
        try Self.check(parts, of: data, settings.split, hasSources: configuration.data.sources != nil)
        let counter = ReadCounter(data.imageCount, progress)
        training = try counter.read(parts[0], configuration)
        validation = try counter.read(parts[1], configuration)
        test = try counter.read(parts[2], configuration)
        let read = [training.data, validation.data, test.data]
        try Self.check(read, of: data, settings.split, hasSources: configuration.data.sources != nil)
        split = RunSplit(
            training: RunSplit.parts(read[0]), validation: RunSplit.parts(read[1]), test: RunSplit.parts(read[2]))
    }

    private static func check(
        _ parts: [ClassFolders], of data: ClassFolders, _ split: TransferSettings.Split, hasSources: Bool
    )
        throws(TrainingError)
    {
        let names = ["training", "validation", "test"]
        for (label, group) in data.classes.enumerated() {
            guard let empty = parts.indices.first(where: { parts[$0].classes[label].images.isEmpty }) else { continue }
            let shares = split.shares.map { "\(($0 * 1000).rounded() / 10)" }.joined(separator: "/")
            let reason = hasSources ? ", of different sources; pictures of one source stay together" : ""
            throw TrainingError(
                .badInput,
                "\(group.name) has \(group.images.count) pictures, and none of them falls to the \(names[empty]) part: a split of \(shares) % needs \(needed(split)) that can be read\(reason). Add pictures, or leave the class out."
            )
        }
    }

    /// The smallest number of pictures, each with its own source, that gives every part one.
    static func needed(_ split: TransferSettings.Split) -> Int {
        (3...100_000).first { count in
            let group = ClassFolders.Class(name: "", images: (0..<count).map { String($0) })
            let parts = ImageSplit(
                ClassFolders(classes: [group]), shares: split.shares, sources: .none, seed: 0
            ).parts
            return parts.allSatisfy { !$0.classes[0].images.isEmpty }
        } ?? 100_000
    }
}
