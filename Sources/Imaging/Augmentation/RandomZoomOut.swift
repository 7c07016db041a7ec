import Randomness

/// A picture placed at random on a larger canvas, as torchvision's `RandomZoomOut` places it. So a network learns to bear a box that is too
/// large for the face.
///
/// torchvision fills the canvas with one color. Here it is the picture itself, so strongly blurred that only its colors are left, or in
/// half of the draws a random color: around a real face there is a background of similar colors, or another one.
public struct RandomZoomOut: Sendable, Codable, Equatable {
    /// The canvas's sides over the picture's, uniform.
    public var scale: ClosedRange<Double>
    /// How often a picture is zoomed out.
    public var probability: Double

    /// The side in pixels of the copy that is enlarged to the blurred canvas.
    private static let blurredSide = 4

    /// - Precondition: the canvas is at least as large as the picture, and `probability` is one.
    public init(scale: ClosedRange<Double>, probability: Double = 0.5) {
        precondition(scale.lowerBound >= 1, "a canvas holds the whole picture")
        precondition((0...1).contains(probability), "\(probability) is no probability")
        (self.scale, self.probability) = (scale, probability)
    }

    /// A draw: a canvas of `size`×`size` pixels with the picture on it, or nil if it is not zoomed out this time.
    func draw(_ image: Image, size: Int, using random: inout SplitMix64) -> Image? {
        guard random.chance(probability) else { return nil }
        let factor = random.uniform(scale.lowerBound, scale.upperBound)
        let side = max(1, min(size, Int((Double(size) / factor).rounded())))
        let left = Int(random.next() % UInt64(size - side + 1))
        let top = Int(random.next() % UInt64(size - side + 1))
        let canvas = random.chance(0.5) ? blurred(image, size: size) : plain(size: size, using: &random)
        return canvas.replacing(x: left, y: top, with: image.resized(width: side, height: side))
    }

    private func blurred(_ image: Image, size: Int) -> Image {
        image.resized(width: Self.blurredSide, height: Self.blurredSide).resized(width: size, height: size)
    }

    private func plain(size: Int, using random: inout SplitMix64) -> Image {
        func level() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }
        return Image(width: size, height: size, color: (level(), level(), level()))
    }
}
