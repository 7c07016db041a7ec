import Foundation

extension String {
    /// The text as HTML and XML show it, in an element or in a quoted attribute.
    public var escaped: String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for character in self {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}

/// Numbers as charts and reports print them.
public enum Figure {
    /// A share in percent, with two digits as in the paper.
    public static func percent(_ share: Double) -> String { decimal(share * 100, 2) }

    public static func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// A count with commas between thousands.
    public static func count(_ value: Int) -> String {
        let digits = Array(String(value))
        return digits.indices.map { index in
            let isThousand = index > 0 && (digits.count - index) % 3 == 0
            return (isThousand ? "," : "") + String(digits[index])
        }.joined()
    }

    /// Milliseconds with three significant digits.
    public static func milliseconds(_ value: Double) -> String { decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0) }

    public static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// A coordinate in a picture.
    public static func place(_ value: Double) -> String { decimal(value, 1) }
}
