import Charts
import Foundation
import Training

/// The sections of the page. A section without content is left out.
struct Sections {
    struct Section {
        let id: String
        /// The text of the link to it.
        let link: String
        let title: String
        let body: String

        var html: String { "<section aria-labelledby=\"\(id)\">\n<h2 id=\"\(id)\">\(title)</h2>\n\(body)\n</section>" }
    }

    private let results: ComparisonResults

    init(_ results: ComparisonResults) { self.results = results }

    var all: [Section] { [best, speed, runs, curves, confusion, mistakes, failures].compactMap(\.self) }

    private var best: Section {
        Section(
            id: "best", link: "Best of each", title: "The best of each network",
            body: """
                <p class="muted">The paper’s Table 7. Prototypes need no training: each is the mean of a few training pictures of a character. \
                They answer for the same test pictures.</p>
                \(BestTable(results: results).html)
                """)
    }

    private var speed: Section {
        Section(
            id: "speed", link: "Accuracy and speed", title: "Accuracy against inference time",
            body: """
                <figure class="plot"><div class="box" role="region" aria-label="Accuracy against inference time" tabindex="0">
                \(SpeedChart(results).svg)
                </div><figcaption>The paper’s Figure 26. Bars are 95 % intervals. A dotted line joins a network to the paper’s \
                point.</figcaption></figure>
                """)
    }

    private var runs: Section {
        Section(
            id: "runs", link: "All runs", title: "All runs",
            body: """
                <p class="muted">The paper’s Tables 2–6. The marked run is the network’s best by the validation pictures.</p>
                \(RunTables(results: results).html)
                """)
    }

    private var curves: Section? {
        let shown = results.settings.grid.models.compactMap { results.bestRun(of: $0.architecture) }
        guard !shown.isEmpty else { return nil }
        let blocks = shown.compactMap { run in
            run.result.map { result -> String in
                let chart = CurveChart(history: result.history, bestEpoch: result.bestEpoch)
                let name = PaperFigures.name(run.cell.model)
                return """
                    <div><h3>\(name.escaped), \(run.cell.settings)</h3>
                    <div class="curves"><div>\(chart.accuracy(of: name))</div><div>\(chart.loss(of: name))</div></div></div>
                    """
            }
        }
        return Section(
            id: "curves", link: "Learning curves", title: "Learning curves",
            body: """
                <p class="muted"><span class="key"></span>training, on augmented pictures<span class="key few"></span>validation. \
                The dashed line is the epoch whose weights were kept.</p>
                <div class="models">\(blocks.joined(separator: "\n"))</div>
                """)
    }

    private var confusion: Section? {
        guard let details = results.best else { return nil }
        let chart = ConfusionChart(classes: results.pictures.classes, counts: details.confusion)
        let pairs = chart.mostConfused(12).map {
            "<li>\($0.label.escaped) named as \($0.told.escaped): \($0.images)&nbsp;of&nbsp;\($0.of)</li>"
        }
        return Section(
            id: "confusion", link: "Confusions", title: "Which characters are confused",
            body: """
                <p class="muted">\(name(details)) on the test pictures: a row for the right character, a column for the answer. Point at \
                a cell to see both names.</p>
                <div class="box" role="region" aria-label="Confusion matrix" tabindex="0">\(chart.svg)</div>
                \(pairs.isEmpty ? "" : "<h3>Most often confused</h3>\n<ol class=\"pairs\">\(pairs.joined())</ol>")
                """)
    }

    private var mistakes: Section? {
        guard let details = results.best, !details.mistakes.isEmpty else { return nil }
        return Section(
            id: "mistakes", link: "Worst mistakes", title: "The worst mistakes",
            body: """
                <p class="muted">Test pictures that \(name(details)) gets wrong with the highest confidence.</p>
                <div class="mistakes">\(details.mistakes.map(figure).joined(separator: "\n"))</div>
                """)
    }

    private func figure(_ mistake: RunDetails.Mistake) -> String {
        let classes = results.pictures.classes
        let (label, told) = (classes[mistake.label].escaped, classes[mistake.told].escaped)
        let file = mistake.path.split(separator: "/").suffix(2).joined(separator: "/").escaped
        let picture = mistake.thumbnail.map {
            "<img src=\"data:image/jpeg;base64,\($0.base64EncodedString())\" alt=\"\(label)\" title=\"\(file)\">"
        }
        return """
            <figure><div class="picture">\(picture ?? "the file is gone")</div><figcaption><span class="told">\(told)</span> \
            <b>\(Figure.decimal(mistake.probability * 100, 1)) %</b><br>is \(label), given \
            \(Figure.decimal(mistake.labelProbability * 100, 1))&nbsp;%</figcaption></figure>
            """
    }

    private var failures: Section? {
        let failed = results.runs.filter { $0.status == .failed }
        guard !failed.isEmpty else { return nil }
        let items = failed.map { "<li><b>\($0.cell.slug.escaped)</b>: \(($0.message ?? "").escaped)</li>" }
        return Section(
            id: "failed", link: "Failed runs", title: "Failed runs",
            body: "<p class=\"muted\">--resume runs them again.</p>\n<ul>\(items.joined(separator: "\n"))</ul>")
    }

    private func name(_ details: RunDetails) -> String {
        "\(PaperFigures.name(details.cell.model).escaped) (\(details.cell.settings))"
    }
}
