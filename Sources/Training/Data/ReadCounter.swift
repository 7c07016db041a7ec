import FewShot

/// Counts the pictures that several stores read.
final class ReadCounter {
    private let total: Int
    private let progress: @Sendable (Int, Int) -> Void
    private var before = 0

    /// - Parameter progress: called with the number of pictures read and their total, from several threads.
    init(_ total: Int, _ progress: @escaping @Sendable (Int, Int) -> Void) {
        (self.total, self.progress) = (total, progress)
    }

    func read(_ data: ClassFolders, _ configuration: TrainingConfiguration) throws(TrainingError) -> PictureStore {
        let (before, total, progress) = (before, total, progress)
        self.before += data.imageCount
        return try PictureStore(data, skipBad: configuration.data.skipBad) { progress(before + $0, total) }
    }
}
