import Backbones
public import Imaging

/// How a picture enters the detector's network: resized with its proportions, at the top left of an input that is filled with gray.
public struct Letterbox: Sendable, Equatable {
    /// The input, in pixels: multiples of 32.
    public let width, height: Int
    /// The resized picture, in pixels.
    public let pictureWidth, pictureHeight: Int
    /// Pixels of the picture for each pixel of the input, across and down.
    let scaleX, scaleY: Double

    /// The level of the pixels beside the picture.
    public static let fill: UInt8 = 128
    /// Small pictures are enlarged by so much at most: larger ones would only be blurred.
    static let largestEnlargement = 2.0

    /// - Parameter longSide: of the resized picture, in pixels.
    public init(imageWidth: Int, imageHeight: Int, longSide: Int) {
        let scale = min(Double(longSide) / Double(max(imageWidth, imageHeight)), Self.largestEnlargement)
        pictureWidth = max(1, Int((Double(imageWidth) * scale).rounded()))
        pictureHeight = max(1, Int((Double(imageHeight) * scale).rounded()))
        width = (pictureWidth + 31) / 32 * 32
        height = (pictureHeight + 31) / 32 * 32
        scaleX = Double(imageWidth) / Double(pictureWidth)
        scaleY = Double(imageHeight) / Double(pictureHeight)
    }

    /// The picture as the network takes it.
    public func apply(_ image: Image) -> Image {
        let resized = image.resized(width: pictureWidth, height: pictureHeight)
        guard pictureWidth < width || pictureHeight < height else { return resized }
        let pixels = [UInt8](repeating: Self.fill, count: width * height * 3)
        return Image(width: width, height: height, pixels: pixels).replacing(x: 0, y: 0, with: resized)
    }

    /// A box of the input in pixels of the picture.
    func inPicture(_ box: BoxEdges) -> BoxEdges {
        BoxEdges(
            left: box.left * scaleX, top: box.top * scaleY, right: box.right * scaleX, bottom: box.bottom * scaleY)
    }
}

/// Pictures as the numbers that the detector's network takes.
public enum DetectorInput {
    private static let table = FaceDetectorNetwork.backbone.normalization.table

    /// Height × width × 3 values for each picture, one after the other.
    public static func values(of images: [Image]) -> [Float] { Image.values(of: images, in: table) }
}
