import Embedding
import Foundation
import NeuralNetwork

/// Weights and models.
enum FuzzedSafetensors {
    static func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        let data = Data(bytes)
        // A model is refused or read; either way without harm.
        _ = try? Model(data)
        guard let file = try? Safetensors(data) else { return }
        try BrokenPromise.check(
            (try? Safetensors.metadata(of: data)) == file.metadata, "the metadata alone reads differently")
        guard let again = try? Safetensors(file.encoded()) else {
            throw BrokenPromise("what was read cannot be written and read again")
        }
        try BrokenPromise.check(again.metadata == file.metadata, "metadata changes when it is written")
        try BrokenPromise.check(
            again.tensors.mapValues(Bits.init) == file.tensors.mapValues(Bits.init),
            "a tensor changes when it is written")
    }

    /// A tensor to the bit, since what is not a number equals nothing.
    private struct Bits: Equatable {
        let shape: [Int]
        let values: [UInt32]

        init(_ tensor: Tensor) { (shape, values) = (tensor.shape, tensor.values.map(\.bitPattern)) }
    }
}
