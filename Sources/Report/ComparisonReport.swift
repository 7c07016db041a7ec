public import Foundation
public import Training

/// A comparison's report: one page that needs no other file and no network, the runs as comma-separated values, and the paper's Figure 26
/// as a separate picture. It depends only on the results.
public struct ComparisonReport {
    private let results: ComparisonResults

    public init(_ results: ComparisonResults) { self.results = results }

    public static let page = "report.html"

    /// The report's files, by name.
    public var files: [String: Data] {
        [
            Self.page: Data(Page(results).html.utf8),
            "results.csv": Data(CSVTable(results).text.utf8),
            "figure26.svg": Data(SpeedChart(results).file.utf8),
        ]
    }
}
