import CKernels
import Foundation

/// A convolution's kernel and bias with its batch norms folded in: w' = w·γ/√(σ²+ε), b' = β + (b−μ)·γ/√(σ²+ε).
struct FoldedWeights {
    /// out × in × kernel × kernel, as stored; empty for an elementwise step.
    var kernel: [Float] = []
    /// One factor for each channel; all ones where no norm was folded in.
    var scale: [Float]
    /// One value for each channel.
    var bias: [Float]

    /// - Parameter channels: of the step's result.
    init(_ step: FusedStep, channels: Int, weights: [String: Tensor]) {
        scale = [Float](repeating: 1, count: channels)
        bias = [Float](repeating: 0, count: channels)
        if case .convolution(let settings) = step.kind, settings.hasBias, let own = weights["\(step.name).bias"] {
            bias = own.values
        }
        for norm in step.norms {
            func part(_ name: String) -> [Float] { weights["\(norm.name).\(name)"]?.values ?? [] }
            let (gamma, beta, mean, variance) = (
                part("weight"), part("bias"), part("running_mean"), part("running_var")
            )
            for c in 0..<channels {
                let factor = Double(gamma[c]) / (Double(variance[c]) + Double(norm.epsilon)).squareRoot()
                bias[c] = Float(Double(beta[c]) + (Double(bias[c]) - Double(mean[c])) * factor)
                scale[c] = Float(Double(scale[c]) * factor)
            }
        }
        for c in 0..<channels where step.scale != 1 {
            scale[c] *= step.scale
            bias[c] *= step.scale
        }
        guard case .convolution = step.kind, let stored = weights["\(step.name).weight"] else { return }
        kernel = stored.values
        let each = kernel.count / channels
        for c in 0..<channels {
            for i in c * each..<(c + 1) * each { kernel[i] *= scale[c] }
        }
    }

    /// Leaves out the kernel's taps that only ever meet padding, as most taps of a 3×3 kernel on a single pixel do.
    /// - Returns: the geometry of what is left.
    mutating func crop(_ geometry: ConvolutionGeometry) -> ConvolutionGeometry {
        let size = geometry.kernel
        let cropped = geometry.cropped
        guard cropped.kernel != size else { return geometry }
        let top = Int(geometry.c.pad_top - cropped.c.pad_top)
        let left = Int(geometry.c.pad_left - cropped.c.pad_left)
        kernel = (0..<kernel.count / size.taps).flatMap { plane in
            (0..<cropped.kernel.taps).map { tap in
                let (row, column) = (top + tap / cropped.kernel.width, left + tap % cropped.kernel.width)
                return kernel[plane * size.taps + row * size.width + column]
            }
        }
        return cropped
    }

    /// The kernel as a matrix of (ky, kx, in) × out, the order of a patch of NHWC pixels.
    func patchMatrix(inputs: Int, outputs: Int, taps: Int) -> [Float] {
        var matrix = [Float](repeating: 0, count: kernel.count)
        for o in 0..<outputs {
            for i in 0..<inputs {
                for k in 0..<taps {
                    matrix[(k * inputs + i) * outputs + o] = kernel[(o * inputs + i) * taps + k]
                }
            }
        }
        return matrix
    }

    /// G of F(4, 3).
    private static let unitTransform: [[Double]] = [
        [1.0 / 4, 0, 0], [-1.0 / 6, -1.0 / 6, -1.0 / 6], [-1.0 / 6, 1.0 / 6, -1.0 / 6],
        [1.0 / 24, 1.0 / 12, 1.0 / 6], [1.0 / 24, -1.0 / 12, 1.0 / 6], [0, 0, 1],
    ]

    /// G of F(4, 2) on the outer taps, then the middle one.
    private static let strideTwoTransform: [[Double]] = [
        [1.0 / 2, 0, 0], [-1.0 / 2, 0, -1.0 / 2], [-1.0 / 6, 0, 1.0 / 6], [1.0 / 6, 0, 1.0 / 3], [0, 0, 1], [0, 1, 0],
    ]

    /// The kernel as 36 matrices of in × out: G g Gᵀ of Winograd's filtering (see CKernels' winograd.h), in double precision.
    func winogradMatrices(stride: Int, inputs: Int, outputs: Int) -> [Float] {
        let g = stride == 1 ? Self.unitTransform : Self.strideTwoTransform
        // Entry (plane, tap): the plane's value is linear in the nine taps.
        var coefficients = [Double](repeating: 0, count: 36 * 9)
        for y in 0..<6 {
            for x in 0..<6 {
                for ky in 0..<3 {
                    for kx in 0..<3 { coefficients[(y * 6 + x) * 9 + ky * 3 + kx] = g[y][ky] * g[x][kx] }
                }
            }
        }
        var planes = [Float](repeating: 0, count: 36 * inputs * outputs)
        for o in 0..<outputs {
            for i in 0..<inputs {
                let taps = (0..<9).map { Double(kernel[(o * inputs + i) * 9 + $0]) }
                for plane in 0..<36 {
                    var sum = 0.0
                    for tap in 0..<9 { sum += coefficients[plane * 9 + tap] * taps[tap] }
                    planes[(plane * inputs + i) * outputs + o] = Float(sum)
                }
            }
        }
        return planes
    }
}
