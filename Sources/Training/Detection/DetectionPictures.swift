import Detection
import FewShot
import Imaging
import Randomness

/// The pictures of a face detector's training: a third of those of each kind is held out by the hash of the file's name, to validate on.
struct DetectionPictures: Sendable {
    /// Pictures with their boxes.
    struct Group: Sendable {
        let entries: [FacePictures.Entry]
        private let store: PictureStore
        /// The places of each kind's pictures.
        private let kinds: [[Int]]
        var skipped: [String] { store.skipped }
        var count: Int { entries.count }

        /// - Throws: ``TrainingError`` with `badInput` if a picture cannot be read.
        init(
            _ entries: [FacePictures.Entry], skipBad: Bool, memory: Int, _ progress: @Sendable (Int) -> Void
        ) throws(TrainingError) {
            store = try PictureStore(
                ClassFolders(classes: [.init(name: "pictures", images: entries.map(\.path))]), skipBad: skipBad,
                memory: memory, progress: progress)
            let known = Dictionary(entries.map { ($0.path, $0) }) { first, _ in first }
            self.entries = store.data.classes[0].images.compactMap { known[$0] }
            let entries = self.entries
            kinds = Dictionary(grouping: entries.indices) { entries[$0].kind }.sorted { $0.key < $1.key }.map(\.value)
        }

        /// One picture's place: every second time all pictures are equally likely, else all kinds.
        /// - Precondition: there is a picture.
        func pick(using random: inout SplitMix64) -> Int {
            random.chance(0.5) ? Int(random.next() % UInt64(count)) : random.pick(random.pick(kinds))
        }

        func picture(_ index: Int) throws(TrainingError) -> Image { try store.picture(0, index) }
    }

    /// Pictures with faces; those of the kinds that only train are apart.
    let real, composites: Group
    let faceless: Group
    /// The faceless pictures that are large enough to paste faces on.
    let backgrounds: [Int]
    /// Face crops; nil without any.
    let crops: PictureStore?
    /// The classes of the crops, with their numbers of pictures, which are not 0.
    let cropClasses: [(label: Int, count: Int)]
    /// Says where the faces of the crops are; nil if only their centers count.
    let labeler: CropLabeler?
    let validation: Group
    let skipped: [String]
    let split: RunSplit

    /// The side that a background has at least, in pixels.
    private static let leastBackground = 120
    /// Bytes of decoded pictures that are kept, of each group.
    private static let memory = 1 << 30

    /// - Parameter progress: called with the number of pictures read and their total.
    /// - Throws: ``TrainingError`` with `badInput` if a folder or a picture cannot be used, or the parts that train or validate are empty.
    init(
        _ configuration: TrainingConfiguration, _ settings: DetectionSettings,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(TrainingError) {
        let all: FacePictures
        do { all = try FacePictures(folders: configuration.data.training) } catch {
            throw TrainingError(.badInput, error.message)
        }
        let only = Set(settings.trainingOnly)
        func trainsOnly(_ entry: FacePictures.Entry) -> Bool { !entry.boxes.isEmpty && only.contains(entry.kind) }
        let held = all.entries.filter { $0.isHeldOut && !trainsOnly($0) }
        let training = all.entries.filter { trainsOnly($0) || !$0.isHeldOut }
        let crops = try Self.crops(settings.crops)
        if let labeler = settings.labeler {
            self.labeler = try CropLabeler(file: labeler)
        } else {
            labeler = nil
        }
        let parts = [
            training.filter { !$0.boxes.isEmpty && !trainsOnly($0) }, training.filter(trainsOnly),
            training.filter(\.isFaceless), held,
        ]
        guard !parts[0].isEmpty || !parts[1].isEmpty else {
            throw TrainingError(
                .badInput, "no picture with faces is left to train on: give a folder with \(FacePictures.boxesFile)")
        }
        guard held.contains(where: { !$0.boxes.isEmpty }) else {
            throw TrainingError(
                .badInput,
                "no picture with faces is left to validate on: a third of the pictures is, but none of \(only.sorted().joined(separator: ", "))"
            )
        }
        let total = all.entries.count + (crops?.imageCount ?? 0)
        var groups: [Group] = []
        var skipped: [String] = []
        var done = 0
        for entries in parts {
            let before = done
            let group = try Group(entries, skipBad: configuration.data.skipBad, memory: Self.memory) {
                progress(before + $0, total)
            }
            groups.append(group)
            skipped += group.skipped
            done += entries.count
        }
        let before = done
        self.crops = try crops.map { crops throws(TrainingError) in
            try PictureStore(crops, skipBad: configuration.data.skipBad, memory: Self.memory) {
                progress(before + $0, total)
            }
        }
        cropClasses = (self.crops?.sizes ?? []).enumerated().compactMap { $1 > 0 ? ($0, $1) : nil }
        (real, composites, faceless, validation) = (groups[0], groups[1], groups[2], groups[3])
        var backgrounds: [Int] = []
        for index in 0..<faceless.count {
            let picture = try faceless.picture(index)
            if min(picture.width, picture.height) >= Self.leastBackground { backgrounds.append(index) }
        }
        self.backgrounds = backgrounds
        self.skipped = skipped + (self.crops?.skipped ?? [])
        split = RunSplit(training: Self.parts(training), validation: Self.parts(held), test: [])
    }

    private static func crops(_ folders: [String]) throws(TrainingError) -> ClassFolders? {
        guard !folders.isEmpty else { return nil }
        do { return try ClassFolders(paths: folders) } catch { throw TrainingError(error) }
    }

    /// The files of the pictures that train, without the crops.
    var trainingPictures: [String] { [real, composites, faceless].flatMap { $0.entries.map(\.path) } }

    /// The numbers of pictures by kind.
    private static func parts(_ entries: [FacePictures.Entry]) -> [RunSplit.Part] {
        Dictionary(grouping: entries, by: \.kind).map { RunSplit.Part(name: $0.key, images: $0.value.count) }
            .sorted { $0.name < $1.name }
    }
}
