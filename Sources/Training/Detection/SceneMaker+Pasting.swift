import Detection
import Imaging
import Randomness

extension SceneMaker {
    /// Face crops on a picture without faces; one of them may fill it.
    func pasted(using random: inout SplitMix64) throws(TrainingError) -> DetectionScene {
        var scene = DetectionScene(image: try background(random.pick(pictures.backgrounds), using: &random))
        try pastePatches(0...3, on: &scene, using: &random)
        guard let crops = pictures.crops else { return scene }
        var taken: [BoxEdges] = []
        let isClose = random.chance(0.25)
        for _ in 0..<(isClose ? 1 : 1 + Int(random.next() % 5)) {
            let group = random.pick(pictures.cropClasses)
            let crop = try crops.picture(group.label, Int(random.next() % UInt64(group.count)))
            let range = isClose ? Double(size) * 0.75...Double(size) * 1.5 : 18...Double(size) * 0.75
            let side = side(range, using: &random)
            let center = (x: Double(size) * random.unit(), y: Double(size) * random.unit())
            let box = BoxEdges(centerX: center.x, centerY: center.y, side: side)
            guard taken.allSatisfy({ $0.intersection(box) < 0.1 * min($0.area, box.area) }) else { continue }
            taken.append(box)
            let placement = Placement(
                sourceX: Double(crop.width) / 2, sourceY: Double(crop.height) / 2, x: center.x, y: center.y,
                scale: side / Double(min(crop.width, crop.height)), angle: angle(using: &random),
                isMirrored: random.chance(0.5))
            scene.image = scene.image.pasting(crop, placement, mask: mask(using: &random))
            if let face = pictures.labeler?.box(of: crop) {
                scene.add(face.placed(placement), isExact: true)
            } else {
                // Crops show a little more than the face.
                scene.add(BoxEdges(centerX: center.x, centerY: center.y, side: 0.9 * side), isExact: false)
            }
        }
        return scene
    }

    /// Pastes parts of pictures without faces.
    func pastePatches(
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
