import LinearAlgebra
import NeuralNetwork

/// A linear readout over the pooled features of several depths. It centers each tap and scales it to length 1, concatenates the taps, centers
/// and scales again, multiplies by a partial whitening C^(−p) with a projection, and scales to length 1.
///
/// A trained network's last layer collapses onto its training classes. Earlier depths keep what distinguishes new classes. The whitening is
/// fitted on data without labels.
public struct Readout: Sendable, Equatable {
    /// The widths of the taps, in order. Their sum is W.
    let widths: [Int]
    /// W values: the mean of each tap's pooled features.
    let tapMean: [Float]
    /// W values: the mean of the concatenated normalized taps.
    let mean: [Float]
    /// D × W.
    let projection: PackedMatrix

    /// - Parameter projection: D × W, row-major.
    init(widths: [Int], tapMean: [Float], mean: [Float], projection: [Float]) {
        (self.widths, self.tapMean, self.mean) = (widths, tapMean, mean)
        self.projection = PackedMatrix(projection, outputs: projection.count / mean.count, inputs: mean.count)
    }

    /// D, the width of an embedding.
    public var dimensions: Int { projection.outputs }

    /// - Parameter features: one n × width matrix for each tap.
    /// - Returns: n × D, each row of length 1.
    func apply(_ features: [[Float]], count: Int) -> [Float] {
        let total = mean.count
        var joined = Self.joined(features, widths: widths, tapMean: tapMean, count: count)
        for row in 0..<count {
            for column in 0..<total { joined[row * total + column] -= mean[column] }
            normalize(&joined, row * total..<(row + 1) * total)
        }
        var output = projection.times(joined, count: count)
        for row in 0..<count { normalize(&output, row * dimensions..<(row + 1) * dimensions) }
        return output
    }

    /// The centered and normalized taps side by side: n × W.
    static func joined(_ features: [[Float]], widths: [Int], tapMean: [Float], count: Int) -> [Float] {
        let total = tapMean.count
        var joined = [Float](repeating: 0, count: count * total)
        var offset = 0
        for (tap, width) in widths.enumerated() {
            for row in 0..<count {
                let start = row * total + offset
                for column in 0..<width {
                    joined[start + column] = features[tap][row * width + column] - tapMean[offset + column]
                }
                normalize(&joined, start..<start + width)
            }
            offset += width
        }
        return joined
    }
}

extension Readout {
    private static let names = (tapMean: "readout.tap_mean", mean: "readout.mean", projection: "readout.projection")

    /// The readout's tensors, by their names in model files.
    var tensors: [String: Tensor] {
        [
            Self.names.tapMean: Tensor(shape: [mean.count], values: tapMean),
            Self.names.mean: Tensor(shape: [mean.count], values: mean),
            Self.names.projection: Tensor(shape: [dimensions, mean.count], values: projection.values),
        ]
    }

    /// Removes the readout's tensors from a file's; nil if the file has none of them.
    /// - Throws: `ModelError` with `invalidModel` if they are incomplete or do not fit the taps.
    static func extract(from tensors: inout [String: Tensor], widths: [Int]) throws(ModelError) -> Readout? {
        let parts = [names.tapMean, names.mean, names.projection].map { tensors.removeValue(forKey: $0) }
        if parts.allSatisfy({ $0 == nil }) { return nil }
        let total = widths.reduce(0, +)
        guard let tapMean = parts[0], let mean = parts[1], let projection = parts[2] else {
            throw ModelError(.invalidModel, "the readout is incomplete: it needs tap_mean, mean and projection")
        }
        guard tapMean.shape == [total], mean.shape == [total], projection.shape.count == 2,
            projection.shape[0] > 0, projection.shape[1] == total
        else {
            throw ModelError(
                .invalidModel,
                "the readout's tensors \(tapMean.shape), \(mean.shape), \(projection.shape) do not fit "
                    + "the taps' \(total) features")
        }
        guard tapMean.isFinite, mean.isFinite, projection.isFinite else {
            throw ModelError(.invalidModel, "the readout holds NaN or infinite values")
        }
        return Readout(widths: widths, tapMean: tapMean.values, mean: mean.values, projection: projection.values)
    }
}
