/// A picture in 8-bit RGB: three bytes for each pixel, row by row from the top.
public struct Image: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// `width · height · 3` bytes.
    public let pixels: [UInt8]

    /// - Precondition: both sides are positive and `pixels` has three bytes for each pixel.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height * 3, "pixels do not fit \(width)×\(height)")
        (self.width, self.height, self.pixels) = (width, height, pixels)
    }

    /// The whole picture.
    var bounds: PixelRect { PixelRect(x: 0, y: 0, width: width, height: height) }

    /// The part that begins at (x, y).
    /// - Precondition: the part lies inside the picture and is not empty.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
        precondition(
            x >= 0 && y >= 0 && x + width <= self.width && y + height <= self.height, "a crop outside the picture")
        var part: [UInt8] = []
        part.reserveCapacity(width * height * 3)
        for row in y..<y + height {
            let start = (row * self.width + x) * 3
            part.append(contentsOf: pixels[start..<start + width * 3])
        }
        return Image(width: width, height: height, pixels: part)
    }

    /// The picture with another one in place of the part that begins at (x, y).
    /// - Precondition: the part lies inside the picture.
    public func replacing(x: Int, y: Int, with part: Image) -> Image {
        precondition(
            x >= 0 && y >= 0 && x + part.width <= width && y + part.height <= height, "a part outside the picture")
        var result = pixels
        for row in 0..<part.height {
            let start = ((y + row) * width + x) * 3
            let line = row * part.width * 3..<(row + 1) * part.width * 3
            result.replaceSubrange(start..<start + line.count, with: part.pixels[line])
        }
        return Image(width: width, height: height, pixels: result)
    }

    /// A square around the center. If a margin is odd, the extra pixel is at the right or the bottom.
    public func centerCropped(size: Int) -> Image {
        cropped(x: (width - size) / 2, y: (height - size) / 2, width: size, height: size)
    }

    /// The mirror image, left to right.
    public func mirrored() -> Image { Image(width: width, height: height, pixels: PixelLoops.best.mirrored(self)) }

    /// Looks up the pixels of pictures in a table: three values for each pixel, picture after picture.
    /// - Parameter table: 256 values for red, 256 for green, 256 for blue.
    public static func values(of images: [Image], in table: [Float]) -> [Float] {
        PixelLoops.best.lookUp(images, in: table)
    }

    /// A picture whose pixel (x, y) is this one's pixel at `source(x, y)`.
    @inline(__always)
    func transformed(width: Int, height: Int, source: (Int, Int) -> (Int, Int)) -> Image {
        var result = [UInt8](repeating: 0, count: width * height * 3)
        let pixels = pixels.span
        var target = result.mutableSpan
        var written = 0
        for y in 0..<height {
            for x in 0..<width {
                let (fromX, fromY) = source(x, y)
                let place = (fromY &* self.width &+ fromX) &* 3
                target[written] = pixels[place]
                target[written &+ 1] = pixels[place &+ 1]
                target[written &+ 2] = pixels[place &+ 2]
                written &+= 3
            }
        }
        return Image(width: width, height: height, pixels: result)
    }
}

/// A part of a picture, in pixels from the top left corner.
struct PixelRect: Equatable {
    let x, y, width, height: Int
}
