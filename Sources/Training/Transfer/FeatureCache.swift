import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Platform

/// Files with the features of a frozen network, one for each view of a part of the pictures. A file's name is a digest of everything that
/// the features depend on. A damaged file counts as missing.
struct FeatureCache {
    /// nil keeps nothing.
    private let folder: String?
    /// The identity of the weights, the architecture and the input size.
    private let network: String

    private static let tensor = "features"
    private static let checksum = "checksum"

    init(_ folder: String?, _ configuration: TrainingConfiguration, weights: String) {
        self.folder = folder
        network = "\(weights)\n\(configuration.architecture)\n\(configuration.inputSize)"
    }

    /// The path of the file for a view of all pictures in a maker's store; nil without a folder.
    func path(_ maker: BatchMaker, view: Int) -> String? {
        guard let folder else { return nil }
        var parts = [network, "\(maker.evaluation)", Self.fingerprint(maker.store)]
        switch maker.augmentation {
        case .none: break
        case .keras, .torchvision: parts += ["\(maker.augmentation)", String(maker.seed), String(view)]
        }
        let digest = ContentHash.sha256(Data(parts.joined(separator: "\n").utf8))
        return "\(folder)/\(digest.prefix(40)).safetensors"
    }

    /// A digest of the picture files' paths, sizes and times of change.
    private static func fingerprint(_ store: PictureStore) -> String {
        let lines = store.data.classes.flatMap(\.images).map { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let bytes = (attributes?[.size] as? NSNumber)?.intValue ?? 0
            let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(path)\t\(bytes)\t\(changed)"
        }
        return ContentHash.sha256(Data(lines.joined(separator: "\n").utf8))
    }

    /// The features in a file, N × D; nil if it is missing or damaged.
    func read(_ path: String?, rows: Int, width: Int) -> [Float]? {
        guard let path, let file = try? Safetensors(contentsOf: path), let tensor = file.tensors[Self.tensor],
            tensor.shape == [rows, width], file.metadata[Self.checksum] == ContentHash.sha256(tensor.values)
        else { return nil }
        return tensor.values
    }

    /// - Throws: ``TrainingError`` with `storage`. The file from before stays then.
    func write(_ features: [Float], width: Int, to path: String?) throws(TrainingError) {
        guard let folder, let path else { return }
        let tensor = Tensor(shape: [features.count / width, width], values: features)
        let file = Safetensors(
            tensors: [Self.tensor: tensor], metadata: [Self.checksum: ContentHash.sha256(features)])
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw TrainingError(.storage, "cannot create the folder \(folder): \(SystemReason.text(error))")
        }
        do { try file.write(to: path) } catch { throw TrainingError(error) }
    }
}

extension ContentHash {
    /// A digest of all bits of numbers.
    static func sha256(_ values: [Float]) -> String { sha256(unsafe values.withUnsafeBytes { unsafe Data($0) }) }
}
