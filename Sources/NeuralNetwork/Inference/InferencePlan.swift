import CKernels

/// A graph compiled for inference: batch norms are folded into convolutions, steps are fused, and every buffer has its place before the
/// first call.
///
/// A plan runs one call at a time, since it has one arena. `@unchecked Sendable`: who shares a plan must serialize its calls, as the embedder
/// does with a lock; everything but the buffers is constant.
public final class InferencePlan: @unchecked Sendable {
    private struct Step {
        /// How the step is computed: one of several operators where it is a convolution.
        let algorithm: any Operator
        /// Nodes; see `Schedule.places`.
        let input: Int
        let residual: Int?
        let output: Int
        /// The first of the output's channels that it writes.
        let channel: Int
        /// Places of the output's mean among the features: several where a tap is asked for twice. Only the last step that writes the output has
        /// any.
        let taps: [Int]
        /// Of the output.
        let shape: Shape
    }

    /// The constant part, which plans of the same network share.
    private struct Network {
        let shapes: [Shape]
        let widths: [Int]
        let reading: TapReading
        let fused: [FusedStep]
        let steps: [Step]
        let instructionSet: InstructionSet
    }

    /// How many images go through the network at once.
    public let chunk: Int

    private let network: Network
    private let schedule: Schedule
    private let arena: AlignedBuffer
    private let scratch: AlignedBuffer
    /// Floats of scratch memory for one thread that takes a portion by itself.
    private let threadScratch: Int
    /// The features of a chunk, one matrix for each tap.
    private let pooled: [AlignedBuffer]
    private let pool: ThreadPool
    /// For a thread that takes a portion by itself. It runs every loop on the calling thread, so threads may share it.
    private let alone = ThreadPool(threads: 1)

    /// The shape of one input image.
    public var input: Shape { network.shapes[0] }
    /// The values of an image at each tap: channels, or height × width × channels of maps.
    public var widths: [Int] { network.widths }

    /// - Parameters:
    ///   - weights: the tensors of the graph's parameters; see `Graph.checkedWeights`.
    ///   - taps: names of the graph's taps whose values are wanted.
    ///   - reading: their means over the pixels, or whole.
    ///   - chunk: images that go through at once. More are faster, up to what the caches hold, and take more memory.
    ///   - instructionSet: `avx512`, `avx2` or `base`; nil takes the best of this processor.
    /// - Throws: `NetworkError` when a weight is missing or wrong, or a tap or instruction set unknown.
    public convenience init(
        _ graph: Graph, weights: [String: Tensor], taps: [String], reading: TapReading = .means, chunk: Int = 32,
        threads: Int, instructionSet: String? = nil
    ) throws(NetworkError) {
        let weights = try graph.checkedWeights(weights)
        let instructionSet = try InstructionSet.checked(instructionSet)
        var tapped: [Int: [Int]] = [:]
        var widths: [Int] = []
        for name in taps {
            guard let tap = graph.taps.first(where: { $0.name == name }) else {
                let known = graph.taps.map(\.name).joined(separator: ", ")
                throw NetworkError(.unknownName, "there is no tap \(name); this network has \(known)")
            }
            tapped[tap.node, default: []].append(widths.count)
            widths.append(reading.width(of: graph.nodes[tap.node].shape))
        }

        let fused = graph.lowered(for: .inference, keeping: Set(tapped.keys))
        let steps = fused.enumerated().map { index, step in
            let isWhole = fused[(index + 1)...].allSatisfy { $0.output != step.output }
            return Step(
                algorithm: Self.algorithm(step, graph, weights, instructionSet), input: step.input,
                residual: step.residual,
                output: step.output, channel: step.channel, taps: isWhole ? tapped[step.output] ?? [] : [],
                shape: graph.nodes[step.output].shape)
        }
        self.init(
            Network(
                shapes: graph.nodes.map(\.shape), widths: widths, reading: reading, fused: fused, steps: steps,
                instructionSet: instructionSet),
            chunk: chunk, threads: threads)
    }

    /// Gives every buffer its place.
    private init(_ network: Network, chunk: Int, threads: Int) {
        self.network = network
        self.chunk = chunk
        pool = ThreadPool(threads: threads)
        let schedule = Schedule(network.fused, shapes: network.shapes, chunk: chunk, threads: pool.threads)
        self.schedule = schedule
        arena = AlignedBuffer(count: schedule.arenaSize)
        pooled = network.widths.map { AlignedBuffer(count: chunk * $0) }
        threadScratch = Self.scratch(network.steps, schedule, threads: 1)
        scratch = AlignedBuffer(
            count: max(threadScratch * pool.threads, Self.scratch(network.steps, schedule, threads: pool.threads)))
    }

    /// A plan that shares this one's weights but not its buffers, so that both may run at once.
    public func sharing(chunk: Int, threads: Int) -> InferencePlan {
        InferencePlan(network, chunk: chunk, threads: threads)
    }

    /// Floats of scratch memory: the most that any step needs.
    private static func scratch(_ steps: [Step], _ schedule: Schedule, threads: Int) -> Int {
        schedule.segments.flatMap { segment in
            steps[segment.steps].flatMap { step in
                (1...segment.images).map { step.algorithm.scratch(images: $0, threads: threads) }
            }
        }.max() ?? 0
    }

    /// The instruction sets of this processor that the engine has loops for, fastest first.
    public static let instructionSets = ["avx512", "avx2", "base"].filter { InstructionSet.named($0) != nil }

    /// The operator for a step, chosen by its kind and shape.
    static func algorithm(
        _ step: FusedStep, _ graph: Graph, _ weights: [String: Tensor], _ instructionSet: InstructionSet
    ) -> any Operator {
        let (input, output) = (graph.nodes[step.input].shape, graph.nodes[step.output].shape)
        switch step.kind {
        case .pool(let pooling):
            return PoolingOperator(pooling, input: input, output: output, instructionSet: instructionSet)
        case .concatenate: preconditionFailure("a graph lowered for inference has copies instead")
        case .upsample: return UpsampleOperator(input: input, instructionSet: instructionSet)
        case .copy: return CopyOperator(input: input, stride: output.channels, instructionSet: instructionSet)
        case .squeezeExcite(let reduced):
            return SqueezeExciteOperator(
                gates: ExcitationGates(
                    step.name, shape: output, reduced: reduced, weights: weights, instructionSet: instructionSet))
        case .elementwise:
            let folded = FoldedWeights(step, channels: output.channels, weights: weights)
            return ElementwiseOperator(
                shape: output, weights: folded, activation: step.activation, instructionSet: instructionSet)
        case .convolution(let settings):
            func sized(
                _ settings: Convolution, _ step: FusedStep, from input: Shape, to output: Shape, _ folded: FoldedWeights
            ) -> ConvolutionGeometry {
                ConvolutionGeometry(
                    settings, input: input, output: output, bias: AlignedBuffer(folded.bias),
                    activation: step.activation)
            }
            var folded = FoldedWeights(step, channels: settings.channels, weights: weights)
            if case .step(let first) = step.expansion, case .convolution(let expansion) = first.kind {
                let between = graph.nodes[first.output].shape
                let expanding = FoldedWeights(first, channels: expansion.channels, weights: weights)
                return ExpandedDepthwise(
                    expansion: sized(expansion, first, from: input, to: between, expanding),
                    expansionWeights: expanding, sized(settings, step, from: between, to: output, folded),
                    weights: folded, instructionSet: instructionSet)
            }
            var geometry = sized(settings, step, from: input, to: output, folded)
            if settings.depthwise {
                return DepthwiseConvolution(geometry, weights: folded, instructionSet: instructionSet)
            }
            geometry = folded.crop(geometry)
            if geometry.suitsWinograd || geometry.suitsStridedWinograd {
                return WinogradConvolution(geometry, weights: folded, instructionSet: instructionSet)
            }
            return MatrixConvolution(geometry, weights: folded, instructionSet: instructionSet)
        }
    }

    /// The values of every tap: pooled features, or maps.
    /// - Parameter images: n × height × width × channels, row-major.
    /// - Returns: one n × width matrix for each tap, row-major.
    public func run(_ images: [Float]) -> [[Float]] {
        let count = images.count / input.count
        precondition(count * input.count == images.count, "\(images.count) values are no images of \(input)")
        var features = widths.map { [Float](repeating: 0, count: count * $0) }
        unsafe images.withUnsafeBufferPointer { pixels in
            for first in stride(from: 0, to: count, by: chunk) {
                guard let base = pixels.baseAddress else { return }
                let images = min(chunk, count - first)
                unsafe run(base + first * input.count, images: images)
                for (tap, width) in widths.enumerated() {
                    unsafe features[tap].withUnsafeMutableBufferPointer { rows in
                        _ = unsafe rows[(first * width)...].update(
                            fromContentsOf: UnsafeBufferPointer(start: pooled[tap].base, count: images * width))
                    }
                }
            }
        }
        return features
    }

    private func run(_ pixels: UnsafePointer<Float>, images: Int) {
        for segment in schedule.segments {
            let portions = (images + segment.images - 1) / segment.images
            func portion(_ index: Int) -> Range<Int> {
                index * segment.images..<min(images, (index + 1) * segment.images)
            }
            // Each thread takes portions of its own through all steps. Where there are too few portions, all threads work on each step.
            if segment.images < chunk, portions >= pool.threads {
                pool.run(portions) { index, thread in
                    unsafe run(
                        segment, portion(index), pixels, thread: thread, alone, scratch.base + thread * threadScratch)
                }
            } else {
                for index in 0..<portions {
                    unsafe run(segment, portion(index), pixels, thread: 0, pool, scratch.base)
                }
            }
        }
    }

    private func run(
        _ segment: Schedule.Segment, _ portion: Range<Int>, _ pixels: UnsafePointer<Float>, thread: Int,
        _ pool: ThreadPool,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        func value(_ node: Int) -> UnsafeMutablePointer<Float> {
            unsafe arena.base + schedule.places[node].start(portion, thread: thread)
        }
        func source(_ node: Int) -> UnsafePointer<Float> {
            unsafe node == 0 ? pixels + portion.lowerBound * input.count : UnsafePointer(value(node))
        }
        for step in network.steps[segment.steps] {
            let output = unsafe value(step.output)
            unsafe step.algorithm.run(
                OperatorCall(
                    images: portion.count, input: source(step.input), residual: step.residual.map { unsafe source($0) },
                    output: output + step.channel, scratch: scratch, pool: pool))
            for tap in step.taps {
                for (index, image) in portion.enumerated() {
                    unsafe read(output + index * step.shape.count, step.shape, to: pooled[tap].base, image)
                }
            }
        }
    }

    /// Reads a tap's value of one image into its row of the features.
    private func read(
        _ value: UnsafePointer<Float>, _ shape: Shape, to features: UnsafeMutablePointer<Float>, _ image: Int
    ) {
        let row = unsafe features + image * network.reading.width(of: shape)
        switch network.reading {
        case .means:
            unsafe network.instructionSet.loops.average(
                Int64(shape.height * shape.width), Int64(shape.channels), value, row)
        case .maps: unsafe row.update(from: value, count: shape.count)
        }
    }
}
