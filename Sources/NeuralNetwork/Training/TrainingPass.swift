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
    /// By step: what every image's branch is multiplied with; empty where it is taken as it is.
    var branchFactors: [[Float]]
    /// Whether large images go through convolutions in portions; see ``Portioning``.
    let isPortioned: Bool
    var isSpent = false

    init(images: Int, nodes: Int, steps: Int, isPortioned: Bool) {
        self.images = images
        self.isPortioned = isPortioned
        values = [AlignedBuffer?](repeating: nil, count: nodes)
        statistics = [NormStatistics?](repeating: nil, count: steps)
        branchFactors = [[Float]](repeating: [], count: steps)
    }
}
