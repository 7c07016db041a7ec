import Foundation
import Statistics
import Training

extension String {
    /// The text as HTML or XML shows it, in an element or in a quoted attribute.
    var escaped: String {
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

/// Numbers as the report prints them.
enum Figure {
    /// A share in per cent, with two digits as in the paper.
    static func percent(_ share: Double) -> String { decimal(share * 100, 2) }

    /// The interval of a share in per cent.
    static func interval(_ share: Estimate) -> String {
        [share.low, share.high].map { decimal($0 * 100, 1) }.joined(separator: "–")
    }

    static func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// A count with thousands apart.
    static func count(_ value: Int) -> String {
        let digits = Array(String(value))
        return digits.indices.map { index in
            let isThousand = index > 0 && (digits.count - index) % 3 == 0
            return (isThousand ? "," : "") + String(digits[index])
        }.joined()
    }

    /// Milliseconds with three figures that mean something.
    static func milliseconds(_ value: Double) -> String { decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0) }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// A coordinate in a picture.
    static func place(_ value: Double) -> String { decimal(value, 1) }
}

extension ComparisonCell {
    /// The settings in words: “fine-tuned, batch 32, dropout 0.5”.
    var settings: String { "\(fineTuning), batch \(batch), dropout \(dropout)" }

    private var fineTuning: String {
        switch fineTune {
        case .none: "frozen"
        case .all: "fine-tuned"
        case .top(let layers): "last \(layers) layers fine-tuned"
        }
    }
}

extension PrototypeResult {
    var name: String { "prototypes, \(shots) shot\(shots == 1 ? "" : "s")" }
}
