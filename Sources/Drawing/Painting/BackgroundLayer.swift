import Foundation
import Randomness

/// The scene, or the sheet of color, behind the character.
struct BackgroundLayer: Layer {
    private static let everything = Path(polygon: [Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)])

    func paint(on stage: Stage) {
        let canvas = stage.canvas
        let background = stage.depiction.background
        var random = SplitMix64(seed: stage.depiction.grain, 1)
        canvas.transformToUnitSquare()
        canvas.fill(Self.everything, background.first)
        switch background.pattern {
        case .flat: break
        case .gradient: gradient(background, on: canvas)
        case .dots, .checks, .stars: lattice(background, on: canvas)
        case .stripes: stripes(background, on: canvas)
        case .bokeh: bokeh(background, on: canvas, random: &random)
        case .rays: rays(background, on: canvas)
        case .sky: sky(on: canvas, random: &random)
        case .room: room(background, on: canvas, random: &random)
        }
    }

    private func gradient(_ background: Background, on canvas: Canvas) {
        let way = Point(0, 0.6).rotated(background.angle)
        let middle = Point(0.5, 0.5)
        canvas.fill(
            Self.everything,
            .linear(from: middle - way, to: middle + way, stops: [(0, background.second), (1, background.first)]))
    }

    private func lattice(_ background: Background, on canvas: Canvas) {
        let pitch = background.pitch
        let count = Int(1 / pitch) + 2
        for row in 0..<count {
            for column in 0..<count {
                let shift = row % 2 == 0 ? 0 : 0.5
                let center = Point((Double(column) + shift) * pitch, Double(row) * pitch)
                switch background.pattern {
                case .dots: canvas.fill(Path(ellipse: center, pitch * 0.22, pitch * 0.22), background.second)
                case .stars:
                    canvas.fill(
                        Path(star: center, radius: pitch * 0.3, tips: 5, waist: 0.45, turned: background.angle),
                        background.third)
                default:
                    let corners = [Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)].map { center + $0 * pitch }
                    canvas.fill(Path(polygon: corners), background.second)
                }
            }
        }
    }

    private func stripes(_ background: Background, on canvas: Canvas) {
        let middle = Point(0.5, 0.5)
        for index in stride(from: -8, through: 8, by: 2) {
            let x = Double(index) * background.pitch
            let corners = [Point(x, -1), Point(x + background.pitch, -1), Point(x + background.pitch, 1), Point(x, 1)]
            canvas.fill(Path(polygon: corners.map { middle + $0.rotated(background.angle) }), background.second)
        }
    }

    private func bokeh(_ background: Background, on canvas: Canvas, random: inout SplitMix64) {
        gradient(background, on: canvas)
        for _ in 0..<9 {
            let radius = random.uniform(0.04, 0.16)
            let center = Point(random.unit(), random.unit())
            let color = random.chance(0.5) ? background.third : Color.white
            canvas.fill(Path(ellipse: center, radius, radius), color.opacity(random.uniform(0.15, 0.4)))
        }
    }

    private func rays(_ background: Background, on canvas: Canvas) {
        let middle = Point(0.5, 0.45)
        for index in 0..<12 {
            let angle = background.angle + Double(index) * .pi / 6
            let arms = [Point(0, -1.2).rotated(angle), Point(0, -1.2).rotated(angle + .pi / 12)]
            canvas.fill(Path(polygon: [middle, middle + arms[0], middle + arms[1]]), background.second)
        }
    }

    private func sky(on canvas: Canvas, random: inout SplitMix64) {
        let blue = Color(0.42, 0.68, 0.95)
        canvas.fill(
            Self.everything, .linear(from: Point(0, 0), to: Point(0, 1), stops: [(0, blue), (1, blue.lightened(0.6))]))
        for _ in 0..<3 {
            let center = Point(random.unit(), random.uniform(0.1, 0.7))
            for _ in 0..<5 {
                let puff = center + Point(random.near(0, 0.16), random.near(0, 0.05))
                canvas.fill(Path(ellipse: puff, random.uniform(0.06, 0.12), 0.06), Color.white.opacity(0.85))
            }
        }
    }

    private func room(_ background: Background, on canvas: Canvas, random: inout SplitMix64) {
        let horizon = random.uniform(0.55, 0.8)
        let floor = [Point(0, horizon), Point(1, horizon), Point(1, 1), Point(0, 1)]
        canvas.fill(Path(polygon: floor), background.second.shaded(0.35))
        let left = random.uniform(-0.1, 0.6)
        let frame = [Point(left, 0.05), Point(left + 0.4, 0.05), Point(left + 0.4, 0.5), Point(left, 0.5)]
        canvas.fill(Path(polygon: frame), background.third.lightened(0.4))
        canvas.stroke(Path(polygon: frame), background.second.shaded(0.5), width: 0.02)
    }
}
