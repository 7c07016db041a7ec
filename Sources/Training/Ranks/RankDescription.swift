import Embedding
import FewShot
import Foundation
import NeuralNetwork
import Platform

/// What must be the same on all ranks, in digests: a rank with other pictures or settings would train another network.
struct RankDescription: Codable, Equatable {
    /// For messages.
    let host: String
    let configuration: TrainingConfiguration
    /// SHA-256 of the starting tensors; empty where a checkpoint is the start.
    let weights: String
    /// The SHA-256 of each class's pictures, by the class's name.
    let pictures: [String: String]

    /// - Throws: ``TrainingError`` with `badInput` if a picture can no longer be read.
    init(_ configuration: TrainingConfiguration, _ setup: RunSetup, _ start: StartingWeights?) throws(TrainingError) {
        host = ProcessInfo.processInfo.hostName
        self.configuration = configuration
        weights = start.map { Self.digest($0.network) } ?? ""
        var pictures: [String: String] = [:]
        for (name, files) in setup.trainingFiles {
            let digests = try concurrentTryMap(files.count) { index throws(TrainingError) in
                do { return ContentHash.sha256(try Data(contentsOf: URL(filePath: files[index]))) } catch {
                    throw TrainingError(.badInput, "cannot read \(files[index]): \(SystemReason.text(error))")
                }
            }
            pictures[name] = ContentHash.sha256(Data(digests.joined().utf8))
        }
        self.pictures = pictures
    }

    /// A digest of tensors: their names and all their bits.
    static func digest(_ tensors: [String: Tensor]) -> String {
        let parts = tensors.sorted { $0.key < $1.key }.map { name, tensor in
            "\(name) \(ContentHash.sha256(tensor.values))"
        }
        return ContentHash.sha256(Data(parts.joined(separator: "\n").utf8))
    }

    /// How this rank differs from rank 0, with advice; nil if it does not.
    private func difference(from first: RankDescription) -> String? {
        let names = Set(pictures.keys).union(first.pictures.keys).sorted()
        let differing = names.filter { pictures[$0] != first.pictures[$0] }
        if let name = differing.first {
            let what =
                pictures[name] == nil
                ? "has no pictures of \(name)"
                : first.pictures[name] == nil
                    ? "has pictures of \(name), which rank 0 has not" : "has other pictures of \(name) than rank 0"
            let more = differing.count > 1 ? ", and \(differing.count - 1) more classes differ" : ""
            return "\(what)\(more). Copy the same pictures to every machine, under the same path."
        }
        if configuration.threads != first.configuration.threads {
            return
                "computes with \(configuration.threads) threads, and rank 0 with \(first.configuration.threads). Give the same --threads to all: the fewest cores that a machine has."
        }
        if configuration != first.configuration {
            return
                "trains with other settings than rank 0. Give all ranks the same arguments, and the data the same path on every machine."
        }
        if weights != first.weights {
            return
                "starts from other weights than rank 0. Copy the same file of --weights to every machine; without one, use the same build of AniWho and of the system's mathematical library."
        }
        return nil
    }

    /// Compares the ranks.
    /// - Throws: ``TrainingError`` with `badInput` that names the first rank that differs, on all ranks.
    static func check(
        _ collective: some Collective, _ make: () throws(TrainingError) -> RankDescription
    ) throws(TrainingError) {
        guard collective.ranks > 1 else { return }
        let descriptions = try collective.gather(values: try make())
        for (rank, description) in descriptions.enumerated().dropFirst() {
            guard let difference = description.difference(from: descriptions[0]) else { continue }
            throw TrainingError(.badInput, "rank \(rank) on \(description.host) \(difference)")
        }
    }
}
