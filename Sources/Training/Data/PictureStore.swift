public import FewShot
import Foundation
public import Imaging
import Platform
import Synchronization

/// The pictures of a data set. Each is decoded once before training begins, so that an unreadable file is found then and not hours later.
///
/// Decoded pictures are kept as long as they fit into the memory limit. The others are decoded again each time.
public final class PictureStore: Sendable {
    /// The classes, with only the pictures that can be read.
    public let data: ClassFolders
    /// The paths of the skipped pictures, with the reason for each.
    public let skipped: [String]
    private let kept: [[Image?]]

    /// The memory limit for decoded pictures, in bytes.
    public static let defaultMemory = 2 << 30

    /// - Parameters:
    ///   - skipBad: leave out unreadable files instead of throwing.
    ///   - progress: called with the number of pictures read so far, from several threads.
    /// - Throws: ``TrainingError`` with `badInput` that names the unreadable files.
    public init(
        _ data: ClassFolders, skipBad: Bool, memory: Int = defaultMemory, progress: @Sendable (Int) -> Void = { _ in }
    ) throws(TrainingError) {
        let paths = data.classes.flatMap(\.images)
        let used = Atomic(0)
        let done = Atomic(0)
        let all = concurrentMap(paths.count) { index -> Result<Image?, TrainingError> in
            defer { progress(done.add(1, ordering: .relaxed).newValue) }
            do throws(TrainingError) {
                let image = try Self.decode(paths[index])
                let total = used.add(image.pixels.count, ordering: .relaxed).newValue
                return .success(total <= memory ? image : nil)
            } catch { return .failure(error) }
        }
        var classes: [ClassFolders.Class] = []
        var kept: [[Image?]] = []
        var bad: [String] = []
        var index = 0
        for group in data.classes {
            var images: [String] = []
            var pictures: [Image?] = []
            for path in group.images {
                switch all[index] {
                case .success(let picture):
                    images.append(path)
                    pictures.append(picture)
                case .failure(let error): bad.append(error.message)
                }
                index += 1
            }
            classes.append(.init(name: group.name, images: images))
            kept.append(pictures)
        }
        if !bad.isEmpty, !skipBad {
            let shown = bad.prefix(10).joined(separator: "\n  ")
            let more = bad.count > 10 ? "\n  … and \(bad.count - 10) more" : ""
            throw TrainingError(
                .badInput,
                "\(bad.count) of \(paths.count) pictures cannot be read. Repair or remove them, or leave them out with --skip-bad:\n  \(shown)\(more)"
            )
        }
        self.data = ClassFolders(classes: classes)
        self.kept = kept
        skipped = bad
    }

    /// The number of pictures of each class.
    public var sizes: [Int] { data.classes.map(\.images.count) }

    /// All pictures, class after class. A picture's row in a matrix of features is its index here.
    var places: [(label: Int, image: Int)] {
        sizes.enumerated().flatMap { label, count in (0..<count).map { (label, $0) } }
    }

    /// The class of each row.
    var labels: [Int] { places.map(\.label) }

    /// - Throws: ``TrainingError`` with `badInput` if the file has changed since it was first read.
    public func picture(_ label: Int, _ index: Int) throws(TrainingError) -> Image {
        if let image = kept[label][index] { return image }
        return try Self.decode(data.classes[label].images[index])
    }

    private static func decode(_ path: String) throws(TrainingError) -> Image {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw TrainingError(.badInput, "cannot read \(path): \(SystemReason.text(error))")
        }
        do throws(ImagingError) { return try Image.decode([UInt8](bytes)).image } catch {
            throw TrainingError(.badInput, "\(path): \(error.message)")
        }
    }
}
