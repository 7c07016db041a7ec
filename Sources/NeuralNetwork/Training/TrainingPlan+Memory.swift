extension TrainingPlan {
    /// Fails for a batch that certainly does not fit into memory, before anything is computed: a batch may also be too large for its pixels,
    /// which the caller has in memory several times.
    /// - Parameters:
    ///   - images: of a step.
    ///   - batches: batches of pixels that are in memory at once.
    /// - Throws: `NetworkError` with `outOfMemory`.
    public func checkMemory(images: Int, batches: Int) throws(NetworkError) {
        let kept = shapes.indices.filter { retention.keeps($0, whole: false) }.reduce(0) { $0 + shapes[$1].count }
        let each = (kept + batches * input.count) * MemoryLayout<Float>.stride
        let limit = workspace.limit
        let bytes = Double(each) * Double(images)
        guard bytes > Double(limit) else { return }
        throw NetworkError(
            .outOfMemory,
            "a step of \(images) pictures of \(input.height)×\(input.width) pixels needs more than \((bytes / 1_073_741_824 * 10).rounded() / 10) GiB of memory; this process may use \((Double(limit) / 1_073_741_824 * 10).rounded() / 10) GiB for it"
        )
    }
}
