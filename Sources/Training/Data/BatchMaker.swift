import Embedding
import FewShot
import Imaging
import Randomness

/// Pictures as a network in training sees them: augmented, normalised, side by side.
struct BatchMaker: Sendable {
    let store: PictureStore
    let transform: TrainingTransform
    let evaluation: EvaluationTransform
    let seed: UInt64

    /// The pixels of pictures, n × S × S × 3. Each picture's randomness follows from the seed, the labels and its place alone.
    func pixels(_ pictures: [(label: Int, image: Int)], epoch: Int, step: Int) throws(TrainingError) -> [Float] {
        var images: [Image] = []
        images.reserveCapacity(pictures.count)
        for (place, picture) in pictures.enumerated() {
            var random = SplitMix64(
                seed: seed, RandomStream.augmentation, UInt64(epoch), UInt64(step), UInt64(place))
            images.append(transform.apply(try store.picture(picture.label, picture.image), using: &random))
        }
        return evaluation.normalized(images)
    }
}

/// What a run's seed is spent on; each has its own stream.
enum RandomStream {
    static let augmentation: UInt64 = 1, order: UInt64 = 2, episodes: UInt64 = 3, weights: UInt64 = 4
    static let dropout: UInt64 = 5, stochasticDepth: UInt64 = 6
    static let shots: UInt64 = 32
}
