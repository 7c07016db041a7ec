/// What every layer needs to paint: canvas, character, picture, the head's turn and the picture's colors.
struct Stage {
    let canvas: Canvas
    let design: CharacterDesign
    let depiction: Depiction
    let projection: Projection
    let palette: Palette

    init(canvas: Canvas, design: CharacterDesign, depiction: Depiction) {
        self.canvas = canvas
        self.design = design
        self.depiction = depiction
        projection = Projection(yaw: depiction.pose.yaw, pitch: depiction.pose.pitch)
        palette = Palette(design: design, style: depiction.style)
    }

    var style: DrawingStyle { depiction.style }

    /// The path as seen after the head's turn and with this artist's proportions.
    func placed(_ path: Path, on surface: Projection.Surface) -> Path {
        let pose = depiction.pose
        return path.map { point in
            projection(Point(point.x * pose.widthScale, point.y * pose.lengthScale), on: surface)
        }
    }

    /// Fills a path that is already placed, and outlines it in the picture's style.
    func paint(_ path: Path, _ paint: Paint, line base: Color, weight: Double = 1) {
        canvas.fill(path, paint)
        outline(path, base, weight: weight)
    }

    func paint(_ path: Path, _ color: Color, weight: Double = 1) {
        self.paint(path, .solid(color), line: color, weight: weight)
    }

    /// Places a path on a surface, fills and outlines it.
    func paint(_ path: Path, on surface: Projection.Surface, _ color: Color, weight: Double = 1) {
        paint(placed(path, on: surface), color, weight: weight)
    }

    /// Draws only the outline; nothing in a style without lines.
    func outline(_ path: Path, _ base: Color, weight: Double = 1) {
        guard style.inking != .none else { return }
        canvas.stroke(path, ink(for: base), width: style.lineWidth * weight)
    }

    /// The color of lines around an area of the color given. Styles without outlines still draw the lashes.
    func ink(for base: Color) -> Color {
        style.inking == .dark ? style.lineColor : base.shaded(0.8).mixed(with: style.lineColor, 0.25)
    }

    /// A fill for a large area between two heights: one color, or a gradient in styles with soft shading.
    func shadedFill(_ color: Color, from top: Double, to bottom: Double, depth: Double) -> Paint {
        guard style.shading == .soft else { return .solid(color) }
        return .linear(
            from: Point(0, top), to: Point(0, bottom),
            stops: [(0, color.lightened(depth * 0.25)), (0.5, color), (1, color.shaded(depth))])
    }
}

/// The character's colors as this picture's artist mixed them.
struct Palette {
    let hair: Color
    let hairAccent: Color
    let skin: Color
    let skinShadow: Color
    /// The eyes on the left and the right of the picture.
    let leftEye: Color
    let rightEye: Color

    init(design: CharacterDesign, style: DrawingStyle) {
        func varied(_ color: Color) -> Color {
            color.varied(hue: style.hairShift.x, saturation: style.hairShift.y, lightness: style.hairLightness)
        }
        hair = varied(design.hair.color)
        hairAccent = varied(design.hair.accent)
        skin = design.face.skin.varied(hue: 0, saturation: 0, lightness: style.skinLightness)
        skinShadow = skin.mixed(with: Color(skin.red * 0.86, skin.green * 0.66, skin.blue * 0.68), 0.75)
        leftEye = design.eyes.otherColor.varied(hue: style.eyeShift, saturation: 0, lightness: 0)
        rightEye = design.eyes.color.varied(hue: style.eyeShift, saturation: 0, lightness: 0)
    }
}
