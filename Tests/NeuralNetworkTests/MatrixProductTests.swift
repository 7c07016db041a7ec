import CKernels
import TestSupport
import Testing

@testable import NeuralNetwork

/// The packed matrix product and the convolutions that go through it.
@Suite struct MatrixProductTests {
    /// What can happen to a sum before it is stored.
    struct Epilogue: Sendable, CustomTestStringConvertible {
        let bias, residual: Bool
        let activation: Activation?
        var testDescription: String { "bias \(bias), residual \(residual), \(activation.map { "\($0)" } ?? "none")" }
    }

    static let epilogues = [
        Epilogue(bias: false, residual: false, activation: nil),
        Epilogue(bias: true, residual: false, activation: .relu6),
        Epilogue(bias: true, residual: true, activation: .relu),
        Epilogue(bias: false, residual: true, activation: .relu6),
    ]

    /// Every remainder of rows below and above the row block, and every tail of columns.
    @Test(arguments: InferencePlan.instructionSets, epilogues)
    func `the product equals plain sums`(set: String, epilogue: Epilogue) throws {
        let instructionSet = try #require(InstructionSet.named(set))
        let (panel, block) = (Int(instructionSet.loops.panel), Int(instructionSet.loops.row_block))
        let rows = Array(1...2 * block + 1) + [3 * block - 1, 4 * block, 4 * block + 3]
        let columns = [1, 2, panel / 2 - 1, panel / 2, panel / 2 + 1, panel - 1, panel, panel + 1, 2 * panel + 3]
        for m in rows {
            for n in columns {
                for k in [1, 2, 7] { try check(instructionSet, m, n, k, epilogue) }
            }
        }
        try check(instructionSet, 2 * block + 1, panel + 5, 300, epilogue)
    }

    /// Rows of A and C further apart than they are long; what lies between C's rows must stay.
    private func check(_ instructionSet: InstructionSet, _ m: Int, _ n: Int, _ k: Int, _ wanted: Epilogue) throws {
        var numbers = Numbers(seed: m * 10_000 + n * 100 + k)
        let (lda, ldc) = (k + 3, n + 5)
        let b = numbers.floats(k * n)
        let values = (a: numbers.floats(m * lda), bias: numbers.floats(n, in: -3...3))
        let (a, bias) = (Guarded(values.a), Guarded(values.bias))
        let added = numbers.floats(m * ldc, in: -3...8)
        let residual = Guarded(added)
        let c = Guarded(count: m * ldc)
        var epilogue = ck_epilogue(
            bias: wanted.bias ? UnsafePointer(bias.base) : nil,
            residual: wanted.residual ? UnsafePointer(residual.base) : nil, activation: wanted.activation.cValue)
        let packed = instructionSet.pack(b, k: k, n: n)
        instructionSet.loops.gemm(
            Int64(m), Int64(n), Int64(k), a.base, Int64(lda), packed.base, &epilogue, c.base, Int64(ldc))
        var worst = 0.0
        for row in 0..<m {
            for column in 0..<n {
                var sum = (0..<k).reduce(0.0) { $0 + Double(values.a[row * lda + $1]) * Double(b[$1 * n + column]) }
                if wanted.bias { sum += Double(values.bias[column]) }
                if wanted.residual { sum += Double(added[row * ldc + column]) }
                if wanted.activation != nil { sum = max(sum, 0) }
                if wanted.activation == .relu6 { sum = min(sum, 6) }
                let difference = abs(Double(c.base[row * ldc + column]) - sum)
                worst = difference.isNaN ? .infinity : max(worst, difference)
            }
            let between = row * ldc + n..<(row + 1) * ldc
            #expect(between.allSatisfy { c.isMarked($0) }, "\(m)×\(n)×\(k) writes behind row \(row)")
        }
        #expect(worst < 1e-5 * Double(k).squareRoot() + 2e-6, "\(m)×\(n)×\(k)")
        #expect(c.isUntouched(from: m * ldc), "\(m)×\(n)×\(k) writes outside of C")
    }

    @Test(arguments: InferencePlan.instructionSets) func `no epilogue is no change`(set: String) throws {
        let instructionSet = try #require(InstructionSet.named(set))
        let c = Guarded(count: 6)
        let a: [Float] = [1, 2, 3, 4]
        let packed = instructionSet.pack([1, 0, -1, 0, 1, -2], k: 2, n: 3)
        instructionSet.loops.gemm(2, 3, 2, a, 2, packed.base, nil, c.base, 3)
        #expect(c.values == [1, 2, -5, 3, 4, -11])
        #expect(c.isUntouched(from: 6))
    }

    /// An empty batch divides nothing among the threads.
    @Test(arguments: InferencePlan.instructionSets) func `no rows are no work`(set: String) throws {
        let instructionSet = try #require(InstructionSet.named(set))
        let (a, c) = (Guarded([1, 2]), Guarded(count: 3))
        let packed = instructionSet.pack([1, 0, -1, 0, 1, -2], k: 2, n: 3)
        instructionSet.loops.gemm(0, 3, 2, a.base, 2, packed.base, nil, c.base, 3)
        #expect((0..<3).allSatisfy { c.isMarked($0) })
        #expect(3.evenBlock(of: 0, largest: 100, unit: 8) == 8)
        let step = try LoneStep(Shape(height: 3, width: 3, channels: 2)) { graph in
            _ = graph.convolution(graph.input, "c", channels: 4, kernel: 3, padding: .same)
        }
        #expect(try step.run([], .matrix, set: set, threads: 2) == [])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let height, width, inputs, outputs: Int
        let kernel: KernelSize
        let stride: Int
        let padding: Padding
        var images = 1
        var threads = 1
        var testDescription: String {
            "\(images) × \(height)×\(width)×\(inputs) to \(outputs), kernel \(kernel)/\(stride), \(padding), \(threads) threads"
        }
    }

    static let cases = [
        Case(height: 1, width: 1, inputs: 1, outputs: 1, kernel: 1, stride: 1, padding: .symmetric(0)),
        Case(height: 5, width: 7, inputs: 3, outputs: 33, kernel: 3, stride: 2, padding: .same, images: 3),
        Case(height: 6, width: 4, inputs: 3, outputs: 17, kernel: 3, stride: 2, padding: .same, images: 2),
        Case(height: 9, width: 5, inputs: 5, outputs: 4, kernel: 3, stride: 1, padding: .symmetric(1)),
        Case(height: 2, width: 9, inputs: 20, outputs: 7, kernel: 5, stride: 1, padding: .symmetric(2), images: 2),
        Case(height: 1, width: 2, inputs: 3, outputs: 5, kernel: 7, stride: 2, padding: .symmetric(3)),
        Case(
            height: 4, width: 5, inputs: 9, outputs: 7, kernel: KernelSize(1, 7), stride: 1, padding: .same, images: 2),
        Case(
            height: 4, width: 3, inputs: 9, outputs: 7, kernel: KernelSize(7, 1), stride: 1, padding: .same, images: 2),
        Case(height: 1, width: 1, inputs: 30, outputs: 20, kernel: KernelSize(1, 3), stride: 1, padding: .same),
        Case(height: 8, width: 8, inputs: 4, outputs: 6, kernel: 3, stride: 3, padding: .symmetric(0)),
        Case(height: 7, width: 7, inputs: 24, outputs: 9, kernel: 1, stride: 2, padding: .symmetric(0), images: 2),
        // Padding around a kernel of one tap, and more padding than a kernel is large.
        Case(height: 4, width: 5, inputs: 3, outputs: 18, kernel: 1, stride: 1, padding: .symmetric(1), images: 2),
        Case(height: 4, width: 5, inputs: 3, outputs: 18, kernel: 1, stride: 2, padding: .symmetric(2), images: 2),
        Case(height: 2, width: 2, inputs: 5, outputs: 301, kernel: 1, stride: 1, padding: .symmetric(1), threads: 3),
        Case(height: 3, width: 4, inputs: 3, outputs: 7, kernel: 3, stride: 1, padding: .symmetric(4), images: 2),
        Case(
            height: 40, width: 31, inputs: 6, outputs: 10, kernel: 3, stride: 1, padding: .same, images: 2, threads: 3),
        // Few rows, many columns: the threads share the columns.
        Case(height: 2, width: 3, inputs: 50, outputs: 301, kernel: 1, stride: 1, padding: .symmetric(0), threads: 3),
        Case(height: 33, width: 30, inputs: 40, outputs: 20, kernel: 1, stride: 1, padding: .symmetric(0), threads: 4),
    ]

    @Test(arguments: InferencePlan.instructionSets, cases)
    func `convolutions by patches equal the reference`(set: String, c: Case) throws {
        let input = Shape(height: c.height, width: c.width, channels: c.inputs)
        let step = try LoneStep(input) { graph in
            let x = graph.convolution(
                graph.input, "c", channels: c.outputs, kernel: c.kernel, stride: c.stride, padding: c.padding)
            _ = graph.activation(graph.batchNorm(x, "n", epsilon: 1e-3), .relu)
        }
        #expect(try step.error(images: c.images, .matrix, set: set, threads: c.threads) < 1e-5)
    }

    /// A residual is found again by every block of rows and every part of the columns.
    @Test(arguments: InferencePlan.instructionSets, [(1, 1), (3, 1), (30, 3), (2, 4)])
    func `a sum is added before the activation`(set: String, size: (side: Int, threads: Int)) throws {
        let step = try LoneStep(Shape(height: size.side, width: size.side, channels: 260)) { graph in
            let x = graph.convolution(graph.input, "c", channels: 260, kernel: 1, padding: .symmetric(0))
            let y = graph.batchNorm(graph.batchNorm(x, "n", epsilon: 1e-5), "n2", epsilon: 1e-3)
            _ = graph.activation(graph.add(graph.input, y, "a"), .relu6)
        }
        #expect(try step.error(images: 1, .matrix, set: set, threads: size.threads) < 1e-5)
    }
}
