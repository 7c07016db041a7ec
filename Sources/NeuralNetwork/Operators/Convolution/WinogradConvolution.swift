import CKernels

/// A 3×3 convolution by Winograd's filtering, in tiles of 4×4 outputs. A tile takes 36 products where the stride is 1 and 81 where it is 2,
/// instead of 144.
///
/// With many tiles each thread takes blocks of them through all three phases. With few (late layers of one image) the threads divide
/// the 36 products among themselves: there the weights are large, not the tiles.
struct WinogradConvolution: Operator {
    let geometry: ConvolutionGeometry
    let instructionSet: InstructionSet
    private let packed: AlignedBuffer
    private let planeWeights: Int

    init(_ geometry: ConvolutionGeometry, weights: FoldedWeights, instructionSet: InstructionSet) {
        let (inputs, outputs) = (geometry.inputs, geometry.outputs)
        self.init(
            geometry,
            packed: instructionSet.pack(
                weights.winogradMatrices(stride: Int(geometry.c.stride), inputs: inputs, outputs: outputs), planes: 36,
                k: inputs, n: outputs),
            instructionSet: instructionSet)
    }

    /// - Parameter packed: the 36 matrices in × out in panels.
    init(_ geometry: ConvolutionGeometry, packed: AlignedBuffer, instructionSet: InstructionSet) {
        self.geometry = geometry
        self.instructionSet = instructionSet
        self.packed = packed
        planeWeights = packed.count / 36
    }

    /// Tiles of a block: about 2 MiB of planes, but enough rows to pay for reading the weights, and the same number of blocks for every
    /// thread.
    private func blockTiles(_ tiles: Int, _ threads: Int) -> Int {
        let unit = unsafe Int(instructionSet.loops.row_block)
        let fitting = 524_288 / (geometry.winogradPlanes * (geometry.inputs + geometry.outputs))
        return min(threads.evenBlock(of: tiles, largest: max(fitting, 6 * unit), unit: unit), tiles)
    }

    /// Whether the threads divide the products among themselves.
    private func isShared(_ tiles: Int, _ threads: Int) -> Bool {
        unsafe tiles < 2 * threads * Int(instructionSet.loops.row_block)
    }

    func scratch(images: Int, threads: Int) -> Int {
        let all = geometry.winogradTiles(images: images)
        let block = isShared(all, threads) ? all : blockTiles(all, threads)
        let each =
            geometry.winogradPlanes
            * (Self.planeStride(block * geometry.inputs) + Self.planeStride(block * geometry.outputs))
        return isShared(all, threads) ? each : threads * each
    }

    func run(_ call: OperatorCall) {
        let threads = call.pool.threads
        let all = geometry.winogradTiles(images: call.images)
        let planes = geometry.winogradPlanes
        let block = isShared(all, threads) ? all : blockTiles(all, threads)
        let inStride = Self.planeStride(block * geometry.inputs)
        let outStride = Self.planeStride(block * geometry.outputs)
        if isShared(all, threads) {
            let v = unsafe call.scratch
            let m = unsafe v + planes * inStride
            call.pool.run(all) { tile, _ in
                unsafe transformInput(call, tile, 1, v + tile * geometry.inputs, inStride)
            }
            call.pool.run(planes) { plane, _ in
                unsafe multiply(plane, all, v + plane * inStride, m + plane * outStride)
            }
            call.pool.run(all) { tile, _ in
                unsafe transformOutput(call, tile, 1, m + tile * geometry.outputs, outStride)
            }
            return
        }
        call.pool.run((all + block - 1) / block) { index, thread in
            let first = index * block
            let count = min(block, all - first)
            let v = unsafe call.scratch + thread * planes * (inStride + outStride)
            let m = unsafe v + planes * inStride
            unsafe transformInput(call, first, count, v, inStride)
            for plane in 0..<planes { unsafe multiply(plane, count, v + plane * inStride, m + plane * outStride) }
            unsafe transformOutput(call, first, count, m, outStride)
        }
    }

    private func transformInput(
        _ call: OperatorCall, _ first: Int, _ count: Int, _ planes: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        var g = geometry.c
        unsafe instructionSet.loops.winograd_input(&g, call.input, Int64(first), Int64(count), planes, Int64(stride))
    }

    private func multiply(
        _ plane: Int, _ tiles: Int, _ v: UnsafeMutablePointer<Float>, _ m: UnsafeMutablePointer<Float>
    ) {
        unsafe instructionSet.loops.gemm(
            Int64(tiles), Int64(geometry.outputs), Int64(geometry.inputs), v, Int64(geometry.inputs),
            packed.base + geometry.winogradMatrix(ofPlane: plane) * planeWeights, nil, m, Int64(geometry.outputs))
    }

    private func transformOutput(
        _ call: OperatorCall, _ first: Int, _ count: Int, _ planes: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        var g = geometry.c
        var epilogue = unsafe geometry.epilogue(call.residual)
        unsafe instructionSet.loops.winograd_output(
            &g, planes, Int64(stride), Int64(first), Int64(count), &epilogue, call.output)
    }
}

extension WinogradConvolution {
    /// Floats from one plane of `floats` to the next: an odd number of cache lines, since otherwise all planes would fall into the same
    /// cache set.
    static func planeStride(_ floats: Int) -> Int { ((floats + 15) / 16 | 1) * 16 }
}

extension ConvolutionGeometry {
    /// Whether Winograd's F(4×4, 3×3) suits the convolution and its gradients: it must save at least a third of the products, which it does
    /// not where the tiles are mostly empty.
    var suitsWinograd: Bool {
        kernel == 3 && c.stride == 1 && inputs >= 16
            && 9 * outputPixels * 2 >= winogradPlanes * winogradTiles(images: 1) * 3
    }

    /// The same for stride 2, where it must save at least a quarter. Training does not use it: it gained one percent there.
    var suitsStridedWinograd: Bool {
        kernel == 3 && c.stride == 2 && inputs >= 16
            && 9 * outputPixels * 3 >= winogradPlanes * winogradTiles(images: 1) * 4
    }

    /// Values along a side of a transformed tile.
    private var winogradPoints: Int { c.stride == 1 ? 6 : 9 }

    /// Products for each tile.
    var winogradPlanes: Int { winogradPoints * winogradPoints }

    /// Which of the 36 matrices of weights a plane is multiplied with.
    func winogradMatrix(ofPlane plane: Int) -> Int {
        min(plane / winogradPoints, 5) * 6 + min(plane % winogradPoints, 5)
    }

    /// The 4×4 tiles that cover the outputs of so many images.
    func winogradTiles(images: Int) -> Int { images * ((Int(c.out_height) + 3) / 4) * ((Int(c.out_width) + 3) / 4) }
}
