import Foundation
import Randomness
import Registry

/// Characters of random embeddings, in turn with one image and with two. The images' bytes are random and are no pictures.
struct RandomCharacters: Sendable {
    /// Values of an embedding.
    let dimensions: Int
    let imageBytes: Int

    /// The images of a character, the same in every run.
    func images(_ character: Int) -> [NewImage] {
        var random = SplitMix64(seed: 1, UInt64(character))
        return (0...character % 2).map { _ in image(&random) }
    }

    private func image(_ random: inout SplitMix64) -> NewImage {
        let embedding = (0..<dimensions).map { _ in Float(random.uniform(-1, 1)) }
        let digest = (0..<4).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        return NewImage(
            bytes: Data((0..<imageBytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }), sha256: digest,
            format: "png", width: 1, height: 1, source: "", embedding: embedding)
    }
}
