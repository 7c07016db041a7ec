import CKernels

/// The mean over an image's pixels, one value a channel.
struct GlobalAveragePool {
    let shape: Shape

    private var pixels: Int { shape.height * shape.width }

    /// - Returns: images × channels, row-major.
    func forward(_ x: AlignedBuffer, images: Int, _ workspace: Workspace) -> [Float] {
        let channels = shape.channels
        let means = AlignedBuffer(count: images * channels)
        workspace.pool.run(images) { image, _ in
            unsafe workspace.instructionSet.loops.average(
                Int64(pixels), Int64(channels), x.base + image * shape.count, means.base + image * channels)
        }
        return means.values
    }

    /// - Parameter gradient: of the means, images × channels.
    /// - Returns: the gradient of x: every pixel gets the same.
    func backward(_ gradient: [Float], images: Int, _ workspace: Workspace) throws(NetworkError) -> AlignedBuffer {
        let channels = shape.channels
        let each = AlignedBuffer(gradient.map { $0 / Float(pixels) })
        let output = try workspace.floats(images * shape.count)
        workspace.pool.run(images) { image, _ in
            for pixel in 0..<pixels {
                unsafe (output.base + image * shape.count + pixel * channels)
                    .update(from: each.base + image * channels, count: channels)
            }
        }
        return output
    }
}
