extension Image {
    /// The picture with a frame drawn inside a rectangle.
    /// - Precondition: the rectangle lies inside the picture.
    public func framed(
        x: Int, y: Int, width: Int, height: Int, thickness: Int, color: (UInt8, UInt8, UInt8)
    ) -> Image {
        precondition(
            x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= self.width && y + height <= self.height,
            "a frame outside the picture")
        var result = pixels
        for row in y..<y + height {
            let isEdge = row < y + thickness || row >= y + height - thickness
            for column in x..<x + width where isEdge || column < x + thickness || column >= x + width - thickness {
                let place = (row * self.width + column) * 3
                (result[place], result[place + 1], result[place + 2]) = color
            }
        }
        return Image(width: self.width, height: self.height, pixels: result)
    }
}
