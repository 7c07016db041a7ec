import Detection
import Foundation
import Imaging
import Randomness

/// Makes training pictures: parts of pictures with boxes, face crops pasted on pictures without faces, and pictures without faces.
///
/// A detector learns to see the borders of pasted crops if only faces have them. So patches without a face are pasted alike, with all the ways
/// to blend.
struct SceneMaker: Sendable {
    let pictures: DetectionPictures
    let settings: DetectionSettings
    /// The side of the square result, in pixels.
    let size: Int

    private enum Source { case real, composites, pasted, faceless }

    /// One picture. The same state of the generator gives the same picture.
    func scene(using random: inout SplitMix64) throws(TrainingError) -> DetectionScene {
        let mix = settings.mix
        var sources: [(Source, Double)] = []
        if pictures.real.count > 0 { sources.append((.real, mix.real)) }
        if pictures.composites.count > 0 { sources.append((.composites, mix.composites)) }
        if !pictures.backgrounds.isEmpty, !pictures.cropClasses.isEmpty { sources.append((.pasted, mix.pasted)) }
        if pictures.faceless.count > 0 { sources.append((.faceless, mix.faceless)) }
        var scene =
            switch random.pick(weighted: sources) {
            case .real: try part(of: pictures.real, using: &random)
            case .composites: try part(of: pictures.composites, using: &random)
            case .pasted: try pasted(using: &random)
            case .faceless: try faceless(using: &random)
            }
        scene.image = PictureWear.apply(to: scene.image, using: &random)
        return scene
    }

    private func blank(using random: inout SplitMix64) -> Image {
        func level() -> UInt8 { UInt8(random.next() & 255) }
        return random.chance(0.5)
            ? Image(width: size, height: size, color: (Letterbox.fill, Letterbox.fill, Letterbox.fill))
            : Image(width: size, height: size, color: (level(), level(), level()))
    }

    /// Mostly upright, often turned by up to 30°, and now and then by about 90°.
    func angle(using random: inout SplitMix64) -> Double {
        let degree = Double.pi / 180
        return switch random.unit() {
        case ..<0.5: random.uniform(-5, 5) * degree
        case ..<0.94: random.uniform(-30, 30) * degree
        default: (random.chance(0.5) ? 90 : -90) * degree + random.uniform(-15, 15) * degree
        }
    }

    /// A face's side, in pixels of the result: all sizes of one factor are equally frequent.
    func side(_ range: ClosedRange<Double>, using random: inout SplitMix64) -> Double {
        exp(random.uniform(log(range.lowerBound), log(range.upperBound)))
    }

    /// A part of a picture with boxes: around one of its faces at any size, or the whole picture.
    private func part(of group: DetectionPictures.Group, using random: inout SplitMix64) throws(TrainingError)
        -> DetectionScene
    {
        let index = group.pick(using: &random)
        let picture = try group.picture(index)
        let boxes = group.entries[index].boxes
        let face = random.pick(boxes)
        let target = Double(size)
        let whole = target / Double(max(picture.width, picture.height))
        var placement: Placement
        if random.chance(0.35) {
            placement = Placement(
                sourceX: Double(picture.width) / 2, sourceY: Double(picture.height) / 2,
                x: target * random.uniform(0.4, 0.6), y: target * random.uniform(0.4, 0.6),
                scale: whole * random.uniform(0.8, 1.5))
        } else {
            let scale = side(16...target * 1.2, using: &random) / face.side
            placement = Placement(
                sourceX: face.centerX, sourceY: face.centerY, x: target * random.uniform(0.02, 0.98),
                y: target * random.uniform(0.02, 0.98), scale: min(scale, 5))
        }
        placement.angle = angle(using: &random)
        placement.isMirrored = random.chance(0.5)
        var scene = DetectionScene(image: blank(using: &random).pasting(picture, placement))
        for box in boxes { scene.add(box.placed(placement), isExact: true) }
        for place in group.entries[index].ignored { scene.ignore(place.placed(placement)) }
        return scene
    }

    /// A part of a picture without faces.
    func background(_ index: Int, using random: inout SplitMix64) throws(TrainingError) -> Image {
        let picture = try pictures.faceless.picture(index)
        let cover = Double(size) / Double(min(picture.width, picture.height))
        let placement = Placement(
            sourceX: Double(picture.width) * random.unit(), sourceY: Double(picture.height) * random.unit(),
            x: Double(size) * random.unit(), y: Double(size) * random.unit(),
            scale: min(cover * exp(random.uniform(-0.7, 0.7)), 5), angle: angle(using: &random),
            isMirrored: random.chance(0.5))
        return blank(using: &random).pasting(picture, placement)
    }

    private func faceless(using random: inout SplitMix64) throws(TrainingError) -> DetectionScene {
        let index = pictures.faceless.pick(using: &random)
        var scene = DetectionScene(image: try background(index, using: &random))
        if random.chance(0.5) { try pastePatches(1...5, on: &scene, using: &random) }
        return scene
    }
}
