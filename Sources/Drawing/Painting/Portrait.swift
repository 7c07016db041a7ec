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

    /// From back to front.
    private static let layers: [any Layer] = [
        BackgroundLayer(), HaloLayer(), BackHairLayer(), TiedHairLayer(), BodyLayer(), FaceLayer(), MarksLayer(),
        MouthLayer(),
        EyeLayer(), AnimalEarsLayer(), SideLocksLayer(), FrontHairLayer(), BrowLayer(), GlassesLayer(), HornsLayer(),
        HeadwearLayer(), ClipLayer(), AhogeLayer(), LightLayer(),
    ]

    /// Draws the picture, `size` pixels a side. The same portrait and size always give the same pixels.
    ///
    /// - Throws: `SampleError` with code `drawing` if Cairo runs out of memory.
    public func rendered(size: Int) throws(SampleError) -> Raster {
        let canvas = try Canvas(size: size)
        let stage = Stage(canvas: canvas, design: design, depiction: depiction)
        let pose = depiction.pose
        let pixels = Double(size)
        for layer in Self.layers {
            canvas.transform(center: pose.center * pixels, scale: pixels / pose.span, angle: pose.roll)
            layer.paint(on: stage)
        }
        return finished(try canvas.raster())
    }

    /// Tone, softness and grain, which affect the whole picture.
    private func finished(_ raster: Raster) -> Raster {
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
