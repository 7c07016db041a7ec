public import Backbones
public import Imaging

/// The preparation of a picture before it is embedded. The model stores it, because embeddings depend on it.
public struct EvaluationTransform: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Resizes both sides to the input size. On tight face crops this keeps the hair.
        case resize
        /// The paper's: resizes both sides to ⌊1.15·S⌋, then crops the center S × S.
        case resizeCrop = "resize-crop"
    }

    public let kind: Kind
    /// S, the side of the network's square input in pixels.
    public let size: Int
    public let normalization: Normalization

    public init(kind: Kind, size: Int, normalization: Normalization) {
        (self.kind, self.size, self.normalization) = (kind, size, normalization)
    }

    /// The picture at the network's input size.
    public func apply(_ image: Image) -> Image {
        switch kind {
        case .resize: image.resized(width: size, height: size)
        case .resizeCrop:
            image.resized(width: size * 115 / 100, height: size * 115 / 100).centerCropped(size: size)
        }
    }

    /// Prepared pictures as normalized numbers, n × S × S × 3.
    /// - Precondition: `apply` has made every picture.
    public func normalized(_ images: some Collection<Image>) -> [Float] {
        precondition(
            images.allSatisfy { $0.width == size && $0.height == size }, "a picture was not prepared for this model")
        return Image.values(of: Array(images), in: normalization.table)
    }
}
