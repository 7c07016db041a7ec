public import Imaging
public import NeuralNetwork
import Synchronization

/// Turns pictures into embeddings with one model. Calls from several threads are served one after the other.
public final class Embedder: Sendable {
    public let model: Model
    private let plan: InferencePlan
    /// The plan has one arena, so one call at a time.
    private let turn = Mutex<Void>(())

    /// - Parameters:
    ///   - threads: how many threads share the work of one call.
    ///   - taps: other taps than the model's, for fitting a readout.
    /// - Throws: `ModelError` with `invalidModel`.
    public init(model: Model, threads: Int, taps: [String]? = nil) throws(ModelError) {
        self.model = model
        do {
            plan = try InferencePlan(model.graph, weights: model.weights, taps: taps ?? model.taps, threads: threads)
        } catch { throw ModelError(error) }
    }

    /// The width of an embedding.
    public var dimensions: Int { model.dimensions }

    /// The embeddings of pictures that have gone through the model's transform, in order.
    public func embed(_ prepared: [Image]) -> [[Float]] {
        let pixels = model.transform.normalized(prepared)
        return embed(
            pixels, mirrored: model.mirror ? flipped(pixels, count: prepared.count) : nil, count: prepared.count)
    }

    /// The embeddings of inputs that are normalised already; nothing is averaged in.
    /// - Parameter input: N × 3 × S × S.
    /// - Throws: `ModelError` with `invalidData` when the shape is another.
    public func embed(_ input: Tensor) throws(ModelError) -> [[Float]] {
        let size = model.transform.size
        guard input.shape.count == 4, Array(input.shape[1...]) == [3, size, size] else {
            throw ModelError(.invalidData, "the tensor input is \(input.shape), not N×3×\(size)×\(size)")
        }
        let (count, area) = (input.shape[0], size * size)
        var pixels = [Float](repeating: 0, count: input.values.count)
        for image in 0..<count {
            for channel in 0..<3 {
                for pixel in 0..<area {
                    pixels[(image * area + pixel) * 3 + channel] = input.values[(image * 3 + channel) * area + pixel]
                }
            }
        }
        return embed(pixels, mirrored: nil, count: count)
    }

    /// The pooled features of every tap, before any readout: one n × width matrix a tap.
    public func features(_ prepared: [Image]) -> [[Float]] {
        let pixels = model.transform.normalized(prepared)
        return turn.withLock { _ in plan.run(pixels) }
    }

    /// The widths of the taps.
    public var widths: [Int] { plan.widths }

    private func embed(_ pixels: [Float], mirrored: [Float]?, count: Int) -> [[Float]] {
        let all = count * (mirrored == nil ? 1 : 2)
        let features = turn.withLock { _ in plan.run(pixels + (mirrored ?? [])) }
        let width = dimensions
        var vectors = model.readout?.apply(features, count: all) ?? joined(features, count: all)
        if mirrored != nil {
            for index in 0..<count * width { vectors[index] += vectors[count * width + index] }
            for row in 0..<count {
                if model.readout != nil {
                    normalize(&vectors, row * width..<(row + 1) * width)
                } else {
                    for index in row * width..<(row + 1) * width { vectors[index] /= 2 }
                }
            }
        }
        return (0..<count).map { Array(vectors[$0 * width..<($0 + 1) * width]) }
    }

    /// The taps side by side, as they are.
    private func joined(_ features: [[Float]], count: Int) -> [Float] {
        if features.count == 1 { return features[0] }
        return (0..<count).flatMap { row in
            zip(features, plan.widths).flatMap { Array($0[row * $1..<(row + 1) * $1]) }
        }
    }

    /// Every picture's mirror image, left for right.
    private func flipped(_ pixels: [Float], count: Int) -> [Float] {
        let size = model.transform.size
        var result = [Float](repeating: 0, count: pixels.count)
        for line in 0..<count * size {
            for x in 0..<size {
                let (from, to) = ((line * size + x) * 3, (line * size + size - 1 - x) * 3)
                for channel in 0..<3 { result[to + channel] = pixels[from + channel] }
            }
        }
        return result
    }
}
