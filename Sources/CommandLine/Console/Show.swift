import Statistics

/// Numbers as text.
enum Show {
    static func percent(_ value: Double, digits: Int = 1) -> String { decimal(value * 100, digits) + " %" }

    /// A rate with its 95 % interval: `98.2 % (97.1–99.0)`.
    static func estimate(_ estimate: Estimate) -> String {
        "\(percent(estimate.mean)) (\(decimal(estimate.low * 100, 1))–\(decimal(estimate.high * 100, 1)))"
    }

    static func decimal(_ value: Double, _ digits: Int = 3) -> String {
        let scale = (0..<digits).reduce(1.0) { result, _ in result * 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let fraction = String(scaled % Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        return sign + "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// With commas between thousands.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(abs(number)))
        let groups = digits.indices.map { index in
            index > 0 && (digits.count - index) % 3 == 0 ? ",\(digits[index])" : String(digits[index])
        }
        return (number < 0 ? "-" : "") + groups.joined()
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds)
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    static func bytes(_ count: Int) -> String {
        count < 1 << 20 ? decimal(Double(count) / 1024, 1) + " KiB" : decimal(Double(count) / 1_048_576, 1) + " MiB"
    }

    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }

    /// A number of images; with vectors of cast packs, also the number of either: `75: 15 pictures, 60 vectors of cast packs`.
    static func images(_ number: Int, ofPacks vectors: Int) -> String {
        guard vectors > 0 else { return String(number) }
        return "\(number): \(count(number - vectors, "picture")), \(count(vectors, "vector")) of cast packs"
    }

    /// A difference of shares, in points, with its 95 % interval.
    static func gain(_ gain: Estimate) -> String {
        func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + decimal(value * 100, 1) }
        return "\(signed(gain.mean)) (\(signed(gain.low)) to \(signed(gain.high)))"
    }
}
