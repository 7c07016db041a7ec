import Randomness

/// Random brightness, contrast, saturation and hue, in a random order, as torchvision's `ColorJitter` draws them.
public struct ColorJitter: Sendable, Codable, Equatable {
    /// The factor is uniform in [max(0, 1 − b), 1 + b]; 0 changes nothing. The same holds for contrast and saturation.
    public var brightness, contrast, saturation: Double
    /// The shift is uniform in [−h, h], in turns of the color circle; 0 changes nothing.
    public var hue: Double

    /// - Precondition: none is negative, and `hue` is at most half a turn.
    public init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0) {
        precondition(brightness >= 0 && contrast >= 0 && saturation >= 0, "a spread cannot be negative")
        precondition((0...0.5).contains(hue), "hue varies by at most half a turn")
        (self.brightness, self.contrast, self.saturation, self.hue) = (brightness, contrast, saturation, hue)
    }

    /// The steps of one draw, in order.
    func draw(using random: inout SplitMix64) -> ColorChange {
        let order = [0, 1, 2, 3].shuffled(using: &random)
        func factor(_ spread: Double) -> Double? {
            spread == 0 ? nil : random.uniform(max(0, 1 - spread), 1 + spread)
        }
        let steps = [
            factor(brightness).map(ColorChange.Step.brightness), factor(contrast).map(ColorChange.Step.contrast),
            factor(saturation).map(ColorChange.Step.saturation),
            hue == 0 ? nil : ColorChange.Step.hue(random.uniform(-hue, hue)),
        ]
        return ColorChange(steps: order.compactMap { steps[$0] })
    }
}

/// Color changes, one after the other.
struct ColorChange: Equatable {
    enum Step: Equatable {
        case brightness(Double), contrast(Double), saturation(Double), hue(Double)
    }

    let steps: [Step]

    func apply(to image: Image) -> Image {
        steps.reduce(image) { image, step in
            switch step {
            case .brightness(let factor): image.brightness(factor)
            case .contrast(let factor): image.contrast(factor)
            case .saturation(let factor): image.saturation(factor)
            case .hue(let turns): image.hue(turns)
            }
        }
    }
}
