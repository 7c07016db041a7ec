/// The lock that stands up on the crown.
struct AhogeLayer: Layer {
    func paint(on stage: Stage) {
        let headwear = stage.design.accessories.headwear
        guard headwear != .witchHat, headwear != .beret else { return }
        let root = HairShapes.crown(stage.design.hair) + Point(0, -0.12)
        let wind = stage.depiction.pose.wind
        let side = stage.design.hair.parting < 0 ? -1.0 : 1.0
        switch stage.design.hair.ahoge {
        case .none: break
        case .hook: lock(root, bend: Point(side * 0.15, -0.62), tip: Point(side * 0.55 + wind, -0.2), on: stage)
        case .pair:
            lock(root, bend: Point(-0.12, -0.4), tip: Point(-0.42 + wind, -0.3), on: stage)
            lock(root, bend: Point(0.12, -0.4), tip: Point(0.38 + wind, -0.36), on: stage)
        case .leaf: lock(root, bend: Point(side * 0.3 + wind, -0.3), tip: Point(side * 0.1 + wind, -0.52), on: stage)
        case .heart:
            lock(root, bend: Point(-0.5, -0.55), tip: Point(0, -0.28), on: stage)
            lock(root, bend: Point(0.5, -0.55), tip: Point(0, -0.28), on: stage)
        }
    }

    private func lock(_ root: Point, bend: Point, tip: Point, on stage: Stage) {
        let path = Path(stroke: root, root + bend, root + tip, width: 0.11, peak: 0.4)
        stage.paint(path, on: .sheet(0.1), stage.palette.hair)
    }
}
