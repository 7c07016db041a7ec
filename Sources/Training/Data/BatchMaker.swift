import Backbones
import Embedding
import FewShot
import Imaging
import Randomness

/// Makes the input of a network in training: augmented and normalized pictures in one array.
struct BatchMaker: Sendable {
    /// The augmentation before normalization.
    enum Augmentation: Sendable {
        case torchvision(TrainingTransform)
        /// Keras's layers, applied at the input size.
        case keras(KerasAugmentation)
        /// Only the evaluation transform.
        case none
    }

    let store: PictureStore
    let augmentation: Augmentation
    let evaluation: EvaluationTransform
    let seed: UInt64

    /// The pixels of pictures, n × S × S × 3. Each picture's augmentation depends only on the seed, the epoch, the step and its position.
    func pixels(_ pictures: [(label: Int, image: Int)], epoch: Int, step: Int) throws(TrainingError) -> [Float] {
        let parts = try concurrentTryMap(pictures.count) { place throws(TrainingError) in
            var random = SplitMix64(
                seed: seed, RandomStream.augmentation, UInt64(epoch), UInt64(step), UInt64(place))
            return prepared(try store.picture(pictures[place].label, pictures[place].image), &random)
        }
        var values: [Float] = []
        values.reserveCapacity(pictures.count * evaluation.size * evaluation.size * 3)
        for part in parts { values += part }
        return values
    }

    private func prepared(_ picture: Image, _ random: inout SplitMix64) -> [Float] {
        switch augmentation {
        case .torchvision(let transform): evaluation.normalized([transform.apply(picture, using: &random)])
        case .keras(let layers): evaluation.normalized(layers.apply(evaluation.apply(picture), using: &random))
        case .none: evaluation.normalized([evaluation.apply(picture)])
        }
    }
}

extension EvaluationTransform {
    /// Normalizes levels from 0 to 255, which may be fractions.
    fileprivate func normalized(_ levels: [Float]) -> [Float] {
        levels.indices.map { place in
            (levels[place] / 255 - normalization.mean[place % 3]) / normalization.deviation[place % 3]
        }
    }
}
