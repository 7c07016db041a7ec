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
    private func angle(using random: inout SplitMix64) -> Double {
        let degree = Double.pi / 180
        return switch random.unit() {
        case ..<0.5: random.uniform(-5, 5) * degree
        case ..<0.94: random.uniform(-30, 30) * degree
        default: (random.chance(0.5) ? 90 : -90) * degree + random.uniform(-15, 15) * degree
        }
    }

    /// A face's side, in pixels of the result: all sizes of one factor are equally frequent.
    private func side(_ range: ClosedRange<Double>, using random: inout SplitMix64) -> Double {
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
        for box in boxes {
            // A face's square turns with the face, and the square of the same side stands for it.
            let center = placement.result(ofX: box.centerX, y: box.centerY)
            let (width, height) = (box.width * placement.scale, box.height * placement.scale)
            scene.add(
                BoxEdges(
                    left: center.x - width / 2, top: center.y - height / 2, right: center.x + width / 2,
                    bottom: center.y + height / 2), isExact: true)
        }
        return scene
    }

    /// A part of a picture without faces.
    private func background(_ index: Int, using random: inout SplitMix64) throws(TrainingError) -> Image {
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

    private func pasted(using random: inout SplitMix64) throws(TrainingError) -> DetectionScene {
        var scene = DetectionScene(image: try background(random.pick(pictures.backgrounds), using: &random))
        try pastePatches(0...3, on: &scene, using: &random)
        guard let crops = pictures.crops else { return scene }
        var taken: [BoxEdges] = []
        for _ in 0..<1 + Int(random.next() % 5) {
            let group = random.pick(pictures.cropClasses)
            let crop = try crops.picture(group.label, Int(random.next() % UInt64(group.count)))
            let side = side(18...Double(size) * 0.75, using: &random)
            let center = (x: Double(size) * random.unit(), y: Double(size) * random.unit())
            let box = BoxEdges(centerX: center.x, centerY: center.y, side: side)
            guard taken.allSatisfy({ $0.intersection(box) < 0.1 * min($0.area, box.area) }) else { continue }
            taken.append(box)
            let placement = Placement(
                sourceX: Double(crop.width) / 2, sourceY: Double(crop.height) / 2, x: center.x, y: center.y,
                scale: side / Double(min(crop.width, crop.height)), angle: angle(using: &random),
                isMirrored: random.chance(0.5))
            scene.image = scene.image.pasting(crop, placement, mask: mask(using: &random))
            // Crops show a little more than the face.
            scene.add(BoxEdges(centerX: center.x, centerY: center.y, side: 0.9 * side), isExact: false)
        }
        return scene
    }

    /// Pastes parts of pictures without faces.
    private func pastePatches(
        _ count: ClosedRange<Int>, on scene: inout DetectionScene, using random: inout SplitMix64
    ) throws(TrainingError) {
        for _ in 0..<count.lowerBound + Int(random.next() % UInt64(count.count)) {
            let patch = try pictures.faceless.picture(pictures.faceless.pick(using: &random))
            let whole = min(patch.width, patch.height)
            let part = max(16, Int(Double(whole) * random.uniform(0.3, 1)))
            guard part <= whole else { continue }
            let square = patch.cropped(
                x: Int(random.next() % UInt64(patch.width - part + 1)),
                y: Int(random.next() % UInt64(patch.height - part + 1)), width: part, height: part)
            let side = side(18...Double(size) * 0.75, using: &random)
            scene.image = scene.image.pasting(
                square,
                Placement(
                    sourceX: Double(part) / 2, sourceY: Double(part) / 2, x: Double(size) * random.unit(),
                    y: Double(size) * random.unit(), scale: side / Double(part), angle: angle(using: &random)),
                mask: mask(using: &random))
        }
    }

    private func mask(using random: inout SplitMix64) -> PasteMask {
        PasteMask(
            outline: random.chance(0.5) ? .rectangle : .ellipse,
            fade: random.chance(0.35) ? 0 : random.uniform(0.05, 0.5),
            opacity: random.chance(0.8) ? 1 : random.uniform(0.7, 1))
    }
}
