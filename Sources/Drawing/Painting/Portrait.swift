import Randomness

/// One picture of one character.
public struct Portrait: Sendable {
    let design: CharacterDesign
    let depiction: Depiction

    /// Picture number `image` of character number `index` in the cast of `seed`.
    public init(seed: UInt64, index: Int, image: Int) {
        design = CharacterDesign(seed: seed, index: index)
        depiction = Depiction(seed: seed, index: index, image: image)
    }

    /// The character, from back to front.
    private static let layers: [any Layer] = [
        HaloLayer(), BackHairLayer(), TiedHairLayer(), BodyLayer(), FaceLayer(), MarksLayer(), MouthLayer(), EyeLayer(),
        AnimalEarsLayer(), SideLocksLayer(), FrontHairLayer(), BrowLayer(), GlassesLayer(), HornsLayer(),
        HeadwearLayer(), ClipLayer(), AhogeLayer(),
    ]

    /// Draws the picture, `size` pixels a side. The same portrait and size always give the same pixels.
    ///
    /// - Throws: `SampleError` with code `drawing` if Cairo runs out of memory.
    public func rendered(size: Int) throws(SampleError) -> Raster {
        let canvas = try Canvas(size: size)
        let stage = Stage(canvas: canvas, design: design, depiction: depiction)
        let pose = depiction.pose
        let pixels = Double(size)
        BackgroundLayer().paint(on: stage)
        paint(on: stage, center: pose.center * pixels, unit: pixels / pose.span, roll: pose.roll)
        LightLayer().paint(on: stage)
        return finished(try canvas.raster())
    }

    /// Paints the character alone.
    /// - Parameters:
    ///   - center: where the face's center goes, in pixels.
    ///   - unit: pixels for each drawing unit.
    ///   - roll: the head's tilt, in radians.
    func paint(on stage: Stage, center: Point, unit: Double, roll: Double) {
        for layer in Self.layers {
            stage.canvas.transform(center: center, scale: unit, angle: roll)
            layer.paint(on: stage)
        }
    }

    /// Tone, softness and grain, which affect the whole picture.
    func finished(_ raster: Raster) -> Raster {
        var random = SplitMix64(seed: depiction.grain, 7)
        let light = depiction.light
        var result = raster.graded(
            brightness: light.brightness, contrast: light.contrast, saturation: light.saturation)
        if depiction.style.blur > 0 { result = result.blurred(depiction.style.blur) }
        if depiction.style.noise > 0 { result = result.grained(depiction.style.noise, random: &random) }
        return result
    }
}

/// A part of the picture, painted over the parts before it. The canvas is in drawing units when it is called.
protocol Layer: Sendable {
    func paint(on stage: Stage)
}
