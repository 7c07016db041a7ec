import TestSupport
import Testing

@testable import NeuralNetwork

/// A graph that fuses into one step, run by an operator of the test's choice: every pixel can be compared, where a plan would
/// only show the mean.
struct LoneStep {
    /// `planned` is what a plan would take.
    enum Algorithm { case matrix, winograd, depthwise, elementwise, planned }

    let graph: Graph
    let weights: [String: Tensor]
    let step: FusedStep

    /// - Parameter build: adds to a graph what fuses with one convolution, batch norm, activation or sum.
    init(_ input: Shape, seed: Int = 1, _ build: (inout Graph) -> Void) throws {
        var graph = Graph(input: input)
        build(&graph)
        let steps = graph.lowered(for: .inference, keeping: [graph.nodes.count - 1])
        try #require(steps.count == 1)
        self.graph = graph
        weights = graph.randomWeights(seed: seed)
        step = steps[0]
    }

    private var folded: FoldedWeights {
        FoldedWeights(step, channels: graph.nodes[step.output].shape.channels, weights: weights)
    }

    /// nil where the step is no convolution.
    var geometry: ConvolutionGeometry? {
        guard case .convolution(let settings) = step.kind else { return nil }
        return ConvolutionGeometry(
            settings, input: graph.nodes[step.input].shape, output: graph.nodes[step.output].shape,
            bias: AlignedBuffer(folded.bias), activation: step.activation)
    }

    private func implementation(_ algorithm: Algorithm, _ instructionSet: InstructionSet) -> any Operator {
        if algorithm == .planned { return InferencePlan.algorithm(step, graph, weights, instructionSet) }
        guard let geometry else {
            return ElementwiseOperator(
                shape: graph.nodes[step.output].shape, weights: folded, activation: step.activation,
                instructionSet: instructionSet)
        }
        switch algorithm {
        case .matrix: return MatrixConvolution(geometry, weights: folded, instructionSet: instructionSet)
        case .winograd: return WinogradConvolution(geometry, weights: folded, instructionSet: instructionSet)
        case .depthwise: return DepthwiseConvolution(geometry, weights: folded, instructionSet: instructionSet)
        case .elementwise, .planned: preconditionFailure("a convolution is no elementwise step")
        }
    }

    /// The step's output, all of it, for a batch.
    func run(_ images: [Float], _ algorithm: Algorithm, set: String, threads: Int = 1) throws -> [Float] {
        let implementation = implementation(algorithm, try #require(InstructionSet.named(set)))
        let count = images.count / graph.nodes[0].shape.count
        let pool = ThreadPool(threads: threads)
        let input = Guarded(images)
        let output = Guarded(count: count * graph.nodes[step.output].shape.count)
        let scratch = Guarded(count: implementation.scratch(images: count, threads: pool.threads))
        implementation.run(
            OperatorCall(
                images: count, input: input.base, residual: step.residual.map { _ in UnsafePointer(input.base) },
                output: output.base, scratch: scratch.base, pool: pool))
        #expect(output.isUntouched(from: output.count), "the operator wrote outside of its output")
        #expect(scratch.isUntouched(from: scratch.count), "the operator wrote outside of its scratch memory")
        return output.values
    }

    /// The largest difference from the reference, as a part of the largest value.
    func error(
        images count: Int, _ algorithm: Algorithm, set: String, threads: Int = 1
    ) throws -> Double {
        var numbers = Numbers(seed: 7)
        let images = numbers.floats(count * graph.nodes[0].shape.count, in: -2...2)
        let expected = Reference(graph: graph, weights: weights).output(images)
        return NeuralNetworkTests.error(try run(images, algorithm, set: set, threads: threads), expected)
    }
}
