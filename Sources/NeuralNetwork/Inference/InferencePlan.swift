import CKernels

/// A graph compiled for inference: batch norms folded, epilogues fused, every buffer planned before the first call.
///
/// Not for two calls at once: the arena is one. `@unchecked Sendable` because of that arena alone; whoever shares a plan
/// serialises its calls (the embedder does so with a lock).
public final class InferencePlan: @unchecked Sendable {
    private struct Step {
        let kernel: any Kernel
        let input: Int?
        let residual: Int?
        let output: Int
        let tap: (index: Int, shape: Shape)?
    }

    /// The shape of one input image.
    public let input: Shape
    /// The widths of the pooled features, in the order of the taps.
    public let widths: [Int]
    /// How many images go through the network at once.
    public let chunk: Int

    private let steps: [Step]
    private let arena: AlignedBuffer
    private let scratch: AlignedBuffer
    private let pool: ThreadPool
    private let kernels: KernelSet

    /// - Parameters:
    ///   - weights: the tensors of the graph's parameters; see `Graph.checkedWeights`.
    ///   - taps: names of the graph's taps whose pooled values are wanted.
    ///   - chunk: images that go through at once; more are faster up to what the caches hold, and cost memory.
    ///   - instructionSet: `avx512`, `avx2` or `base`; nil takes the best of this processor.
    /// - Throws: `NetworkError` when a weight is missing or wrong, or a tap or instruction set unknown.
    public init(
        _ graph: Graph, weights: [String: Tensor], taps: [String], chunk: Int = 16, threads: Int,
        instructionSet: String? = nil
    ) throws(NetworkError) {
        let weights = try graph.checkedWeights(weights)
        kernels = try Self.kernels(instructionSet)
        pool = ThreadPool(threads: threads)
        self.chunk = chunk
        input = graph.nodes[0].shape
        var tapped: [Int: Int] = [:]
        var widths: [Int] = []
        for name in taps {
            guard let tap = graph.taps.first(where: { $0.name == name }) else {
                let known = graph.taps.map(\.name).joined(separator: ", ")
                throw NetworkError(.unknownName, "there is no tap \(name); this network has \(known)")
            }
            tapped[tap.node] = widths.count
            widths.append(graph.nodes[tap.node].shape.channels)
        }
        self.widths = widths

        let last = tapped.keys.max() ?? 0
        let fused = graph.fused(keeping: Set(tapped.keys)).filter { $0.output <= last }
        var until: [Int: Int] = [:]
        for (index, step) in fused.enumerated() {
            until[step.input] = index
            if let residual = step.residual { until[residual] = index }
            until[step.output] = max(until[step.output] ?? 0, index)
        }
        var arena = Arena()
        var offsets: [Int: Int] = [:]
        var most = 0
        var steps: [Step] = []
        for (index, step) in fused.enumerated() {
            let shape = graph.nodes[step.output].shape
            let offset = arena.place(size: shape.count * chunk, from: index, until: until[step.output] ?? index)
            offsets[step.output] = offset
            let kernel = Self.kernel(step, graph, weights, kernels, pool.threads)
            most = max(most, (1...chunk).map(kernel.scratch(images:)).max() ?? 0)
            steps.append(
                Step(
                    kernel: kernel, input: offsets[step.input], residual: step.residual.flatMap { offsets[$0] },
                    output: offset, tap: tapped[step.output].map { ($0, shape) }))
        }
        self.steps = steps
        self.arena = AlignedBuffer(count: arena.size)
        scratch = AlignedBuffer(count: most)
    }

    /// The instruction sets of this processor that the engine has loops for, fastest first.
    public static let instructionSets = ["avx512", "avx2", "base"].filter { KernelSet.named($0) != nil }

    private static func kernels(_ name: String?) throws(NetworkError) -> KernelSet {
        guard let name else { return .best }
        guard let set = KernelSet.named(name) else {
            throw NetworkError(.unknownName, "this processor has no instruction set \(name)")
        }
        return set
    }

    /// The algorithm for a step, by its shape.
    private static func kernel(
        _ step: FusedStep, _ graph: Graph, _ weights: [String: Tensor], _ kernels: KernelSet, _ threads: Int
    ) -> any Kernel {
        let output = graph.nodes[step.output].shape
        let folded = FoldedWeights(step, channels: output.channels, weights: weights)
        guard case .convolution(let settings) = step.kind else {
            return ElementwiseStep(shape: output, weights: folded, activation: step.activation, kernels: kernels)
        }
        let geometry = ConvolutionGeometry(
            settings, input: graph.nodes[step.input].shape, output: output, bias: folded.bias,
            activation: step.activation)
        if settings.depthwise { return DepthwiseConvolution(geometry, weights: folded, kernels: kernels) }
        if settings.kernel == 3, settings.stride == 1, geometry.inputs >= 16 {
            return WinogradConvolution(geometry, weights: folded, kernels: kernels, threads: threads)
        }
        return MatrixConvolution(geometry, weights: folded, kernels: kernels, threads: threads)
    }

    /// The pooled features of every tap.
    /// - Parameter images: n × height × width × channels, row-major.
    /// - Returns: one n × width matrix a tap, row-major.
    public func run(_ images: [Float]) -> [[Float]] {
        let count = images.count / input.count
        precondition(count * input.count == images.count, "\(images.count) values are no images of \(input)")
        var features = widths.map { [Float](repeating: 0, count: count * $0) }
        unsafe images.withUnsafeBufferPointer { pixels in
            for first in stride(from: 0, to: count, by: chunk) {
                guard let base = pixels.baseAddress else { return }
                unsafe run(base + first * input.count, images: min(chunk, count - first), first: first, &features)
            }
        }
        return features
    }

    private func run(_ pixels: UnsafePointer<Float>, images: Int, first: Int, _ features: inout [[Float]]) {
        for step in steps {
            let output = unsafe arena.base + step.output
            unsafe step.kernel.run(
                KernelCall(
                    images: images, input: step.input.map { unsafe UnsafePointer(arena.base + $0) } ?? pixels,
                    residual: step.residual.map { unsafe UnsafePointer(arena.base + $0) }, output: output,
                    scratch: scratch.base, pool: pool))
            guard let tap = step.tap else { continue }
            let (area, channels) = (tap.shape.height * tap.shape.width, tap.shape.channels)
            unsafe features[tap.index].withUnsafeMutableBufferPointer { row in
                for image in 0..<images {
                    guard let base = row.baseAddress else { return }
                    unsafe kernels.table.average(
                        Int64(area), Int64(channels), output + image * tap.shape.count,
                        base + (first + image) * channels)
                }
            }
        }
    }
}
