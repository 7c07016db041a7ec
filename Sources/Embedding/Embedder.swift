public import Imaging
import LinearAlgebra
public import NeuralNetwork
import Synchronization

/// Turns pictures into embeddings with one model. Calls from several threads run one after the other, except those that use a lane.
public final class Embedder: Sendable {
    public let model: Model
    private let plan: InferencePlan
    /// The plan has one arena, so it takes one call at a time.
    private let turn = Mutex<Void>(())
    /// One plan for each thread, created by the first call that uses it.
    private let lanes: [Lane]

    /// A plan for one thread, with its own buffers.
    private final class Lane: Sendable {
        let plan = Mutex<InferencePlan?>(nil)
    }

    /// The most images in a batch of a lane. More are no faster on one thread.
    private static let laneChunk = 16

    /// - Parameters:
    ///   - threads: the number of threads that share the work of one call, and the number of lanes.
    ///   - taps: taps other than the model's, to fit a readout.
    /// - Throws: `ModelError` with `invalidModel`.
    public init(model: Model, threads: Int, taps: [String]? = nil) throws(ModelError) {
        self.model = model
        do {
            plan = try InferencePlan(model.graph, weights: model.weights, taps: taps ?? model.taps, threads: threads)
        } catch { throw ModelError(error) }
        lanes = (0..<threads).map { _ in Lane() }
    }

    /// The width of an embedding.
    public var dimensions: Int { model.dimensions }

    /// The embeddings of pictures that the model's transform has prepared, in order.
    public func embed(_ prepared: [Image]) -> [[Float]] {
        embed(prepared) { pixels in turn.withLock { _ in plan.run(pixels) } }
    }

    /// The same embeddings, to the bit, computed by the calling thread only, while other threads compute in other lanes. Threads that do not
    /// wait for one another get more done in total.
    /// - Parameter lane: less than the number of threads.
    public func embed(_ prepared: [Image], lane: Int) -> [[Float]] {
        embed(prepared) { pixels in
            lanes[lane].plan.withLock { own in
                let plan = own ?? plan.sharing(chunk: Self.laneChunk, threads: 1)
                own = plan
                return plan.run(pixels)
            }
        }
    }

    private func embed(_ prepared: [Image], _ run: ([Float]) -> [[Float]]) -> [[Float]] {
        let images = model.mirror ? prepared + prepared.map { $0.mirrored() } : prepared
        return vectors(
            from: run(model.transform.normalized(images)), count: prepared.count, withMirrorImages: model.mirror)
    }

    /// The embeddings of normalized inputs, without mirror images.
    /// - Parameter input: N × 3 × S × S.
    /// - Throws: `ModelError` with `invalidData` for another shape.
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
        let features = turn.withLock { _ in plan.run(pixels) }
        return vectors(from: features, count: count, withMirrorImages: false)
    }

    /// The pooled features before any readout: one n × width matrix for each tap.
    public func features(_ prepared: [Image]) -> [[Float]] {
        let pixels = model.transform.normalized(prepared)
        return turn.withLock { _ in plan.run(pixels) }
    }

    /// The widths of the taps.
    public var widths: [Int] { plan.widths }

    /// - Parameter withMirrorImages: whether the features of the mirror images follow, to be averaged in.
    private func vectors(from features: [[Float]], count: Int, withMirrorImages: Bool) -> [[Float]] {
        let all = count * (withMirrorImages ? 2 : 1)
        let width = dimensions
        var vectors = model.readout?.apply(features, count: all) ?? joined(features, count: all)
        if withMirrorImages {
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

    /// The taps side by side, without a readout.
    private func joined(_ features: [[Float]], count: Int) -> [Float] {
        if features.count == 1 { return features[0] }
        return (0..<count).flatMap { row in
            zip(features, plan.widths).flatMap { Array($0[row * $1..<(row + 1) * $1]) }
        }
    }
}
