import Charts
import Statistics
import Training

extension Figure {
    /// The interval of a share in percent.
    static func interval(_ share: Estimate) -> String {
        [share.low, share.high].map { decimal($0 * 100, 1) }.joined(separator: "–")
    }
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

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
