/// What a forward pass leaves: the features, and the activations that its backward pass needs.
///
/// Take it to `TrainingPlan.backward` once; the memory goes with the backward pass, or with the pass itself.
public final class TrainingPass {
    /// How many images went through.
    public let images: Int
    /// N × D, row-major: the output's average over its pixels.
    public internal(set) var features: [Float] = []
    /// By node.
    var values: [AlignedBuffer?]
    /// By step: what a batch norm measured.
    var statistics: [NormStatistics?]
    var isSpent = false

    init(images: Int, nodes: Int, steps: Int) {
        self.images = images
        values = [AlignedBuffer?](repeating: nil, count: nodes)
        statistics = [NormStatistics?](repeating: nil, count: steps)
    }
}
