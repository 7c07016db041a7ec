import Foundation

/// An sRGB color with opacity, every part in 0…1.
struct Color: Equatable, Sendable {
    var red: Double
    var green: Double
    var blue: Double
    var alpha: Double = 1

    init(_ red: Double, _ green: Double, _ blue: Double, _ alpha: Double = 1) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// From hue in degrees, saturation and lightness.
    init(hue: Double, saturation: Double, lightness: Double) {
        let chroma = (1 - abs(2 * lightness - 1)) * saturation
        func channel(_ offset: Double) -> Double {
            let k = (offset + hue / 30).truncatingRemainder(dividingBy: 12)
            let position = k < 0 ? k + 12 : k
            return lightness - chroma / 2 * max(-1, min(position - 3, 9 - position, 1))
        }
        self.init(channel(0), channel(8), channel(4))
    }

    static let white = Color(1, 1, 1)
    static let black = Color(0, 0, 0)

    func mixed(with other: Color, _ t: Double) -> Color {
        Color(
            red + (other.red - red) * t, green + (other.green - green) * t, blue + (other.blue - blue) * t,
            alpha + (other.alpha - alpha) * t)
    }

    /// Darker and towards violet, as painters shade: 0 leaves the color, 1 gives the deepest shadow.
    func shaded(_ amount: Double) -> Color {
        let shadow = Color(red * 0.32, green * 0.26, blue * 0.42, alpha)
        return mixed(with: shadow, amount)
    }

    func lightened(_ amount: Double) -> Color { mixed(with: Color(1, 1, 1, alpha), amount) }

    func opacity(_ alpha: Double) -> Color { Color(red, green, blue, alpha) }

    /// Perceived brightness, 0…1 (Rec. 601 weights).
    var luminance: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

    /// The color shifted by small amounts of hue (degrees), saturation and lightness, as another artist would mix it.
    func varied(hue: Double, saturation: Double, lightness: Double) -> Color {
        let high = max(red, green, blue)
        let low = min(red, green, blue)
        let light = (high + low) / 2
        let chroma = high - low
        let sat = chroma == 0 ? 0 : chroma / (1 - abs(2 * light - 1))
        var angle = 0.0
        if chroma > 0 {
            if high == red {
                angle = 60 * (green - blue) / chroma
            } else if high == green {
                angle = 60 * (blue - red) / chroma + 120
            } else {
                angle = 60 * (red - green) / chroma + 240
            }
        }
        let shifted = Color(
            hue: angle + hue + 720, saturation: min(max(sat * (1 + saturation), 0), 1),
            lightness: min(max(light + lightness, 0.03), 0.98))
        return shifted.opacity(alpha)
    }
}
