import API
import Foundation
import NeuralNetwork
import Statistics

/// The vectors in a file of a bundle, which anybody may have written.
struct BundleVectors {
    /// One for each picture, or each vector of a cast pack; all numbers are finite.
    let rows: [[Float]]
    private let prototype: [Float]?
    private let file: String

    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - count: the number of rows expected, not negative.
    ///   - width: the model's, positive.
    /// - Throws: `bad_bundle` when the file does not hold that many rows of that width, or a number that is not finite.
    init(_ bytes: Data, of file: String, count: Int, width: Int) throws(APIError) {
        let tensors: Safetensors
        do throws(NetworkError) { tensors = try Safetensors(bytes) } catch {
            throw APIError(.badBundle, "\(file): \(error.message)")
        }
        guard let tensor = tensors.tensors[BundleManifest.embeddings], tensor.shape == [count, width] else {
            throw APIError(.badBundle, "\(file) does not hold \(count) embeddings of width \(width)")
        }
        guard tensor.values.allSatisfy(\.isFinite) else {
            throw APIError(.badBundle, "\(file) has an embedding with a value that is not finite")
        }
        rows = (0..<count).map { Array(tensor.values[$0 * width..<($0 + 1) * width]) }
        prototype = tensors.tensors[BundleManifest.prototype]?.values
        self.file = file
    }

    /// - Throws: `bad_bundle` when there is no prototype, or it is not the mean of the rows except for rounding.
    func checkPrototype() throws(APIError) {
        let mean = Appearance(of: rows).mean
        guard let prototype, prototype.count == mean.count,
            zip(prototype, mean).allSatisfy({ abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
        else { throw APIError(.badBundle, "\(file) has no prototype that is the mean of its vectors") }
    }

    /// A vector as the registry stores it: float32 values in little-endian order.
    static func stored(_ vector: [Float]) -> Data {
        var bytes = Data(capacity: 4 * vector.count)
        for value in vector {
            let bits = value.bitPattern
            bytes.append(contentsOf: [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) })
        }
        return bytes
    }
}
