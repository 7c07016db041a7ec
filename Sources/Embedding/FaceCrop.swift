public import Geometry
public import Imaging

extension Model {
    /// The network's input for a face of a picture, the same wherever a face is embedded: at enrollment, for a question, in a training's
    /// pictures and after a change of the model.
    /// - Parameter box: where the face is; nil for the whole picture.
    public func input(_ picture: Image, face box: PixelBox?) -> Image {
        transform.apply(box.map { picture.face($0, scale: faceScale) } ?? picture)
    }
}

extension Image {
    /// The part of the picture that shows a face: the box, enlarged about its center, as far as the picture goes.
    /// - Parameters:
    ///   - box: the face's; what lies outside the picture does not count.
    ///   - scale: the sides of the part for the sides of the box, ``Model/faceScale`` for a model's input.
    public func face(_ box: PixelBox, scale: Double = 1) -> Image {
        func span(_ start: Int, _ length: Int, _ limit: Int) -> (start: Int, length: Int) {
            let (center, side) = (Double(start) + Double(length) / 2, Double(length) * scale)
            let first = min(max(Int((center - side / 2).rounded()), 0), limit - 1)
            let last = min(max(Int((center + side / 2).rounded()), first + 1), limit)
            return (first, last - first)
        }
        let (x, y) = (span(box.left, box.width, width), span(box.top, box.height, height))
        return cropped(x: x.start, y: y.start, width: x.length, height: y.length)
    }
}
