/// The result of a forward pass: the features, and the values that its backward pass needs.
///
/// Give it to `TrainingPlan.backward` once. The backward pass frees the values, or the pass does when it goes.
public final class TrainingPass {
    /// How many images went through.
    public let images: Int
    /// N × D, row-major: the output's average over its pixels. Empty where the plan reads maps.
    public internal(set) var features: [Float] = []
    /// For each tap of a plan that reads maps, N × height × width × channels.
    public internal(set) var maps: [[Float]]
    /// By node.
    var values: [AlignedBuffer?]
    /// By step: the statistics that a batch norm normalizes by.
    var statistics: [NormStatistics?]
    /// By step: the factor of every image's branch; empty where there is none.
    var branchFactors: [[Float]]
    /// Whether large images go through convolutions in portions; see ``Portioning``.
    let isPortioned: Bool
    var isSpent = false

    init(images: Int, nodes: Int, steps: Int, maps: Int, isPortioned: Bool) {
        self.images = images
        self.maps = [[Float]](repeating: [], count: maps)
        self.isPortioned = isPortioned
        values = [AlignedBuffer?](repeating: nil, count: nodes)
        statistics = [NormStatistics?](repeating: nil, count: steps)
        branchFactors = [[Float]](repeating: [], count: steps)
    }
}
