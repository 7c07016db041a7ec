import Foundation
import Statistics
import Training

/// The report as one HTML page.
struct Page {
    private let results: ComparisonResults

    init(_ results: ComparisonResults) { self.results = results }

    var html: String {
        let sections = Sections(results).all
        let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.link.escaped)</a></li>" }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
            style-src 'unsafe-inline'; script-src 'sha256-\(PageScript.digest)'">
            <title>AniWho comparison: \(results.pictures.name.escaped), \(date)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <header>
            <h1>Anime character classifiers, compared</h1>
            \(lede)
            \(facts)
            <nav aria-label="Sections"><ul>\(links.joined())</ul></nav>
            </header>
            <main>
            \(sections.map(\.html).joined(separator: "\n"))
            </main>
            <footer>
            \(Self.notes)
            </footer>
            <script>\(PageScript.javascript)</script>
            </body>
            </html>

            """
    }

    private var date: String { String(results.begun.ISO8601Format().prefix(10)) }

    /// The answer in a sentence.
    private var lede: String {
        guard let run = results.bestRun(), let result = run.result else {
            return "<p class=\"lede\">No run is finished yet.</p>"
        }
        return """
            <p class="lede">The best run, chosen on the validation pictures, is <strong>\(PaperFigures.name(run.cell.model).escaped)</strong>, \
            \(run.cell.settings): it names <strong>\(Figure.percent(result.test.top1.mean)) %</strong> of the \
            \(Figure.count(result.test.images)) test pictures rightly (95 % interval \(Figure.interval(result.test.top1))), and has the \
            right name among its first five for <strong>\(Figure.percent(result.test.top5.mean)) %</strong>.</p>
            """
    }

    private var facts: String {
        let (pictures, settings) = (results.pictures, results.settings)
        func count(_ status: ComparisonResults.Status) -> Int { results.runs.count { $0.status == status } }
        let failed = count(.failed) > 0 ? ", \(count(.failed)) failed" : ""
        let facts = [
            ("Data set", pictures.name), ("Characters", Figure.count(pictures.classes.count)),
            ("Pictures", Figure.count(pictures.images)),
            (
                "Train / valid / test",
                [pictures.training, pictures.validation, pictures.test].map(Figure.count).joined(separator: " / ")
            ),
            ("Runs", "\(count(.finished)) of \(results.runs.count) finished\(failed)"),
            (
                "Epochs at most",
                "\(settings.epochs)\(settings.fineTunedEpochs.map { ", \($0) where the network trains" } ?? "")"
            ), ("Seed", "\(settings.seed)"), ("Threads", "\(settings.threads)"),
            ("Begun", date),
        ]
        let items = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1.escaped)</dd></div>" }
        let command = "<div class=\"wide\"><dt>Command</dt><dd><code>\(settings.command.escaped)</code></dd></div>"
        return "<dl class=\"facts\">\(items.joined(separator: "\n"))\n\(command)</dl>"
    }

    private static let notes = """
        <div>
        <p><b>How to read this.</b> Accuracies are shares of pictures in per cent; the small numbers are their 95 % intervals \
        (Wilson's; those of prototypes allow for the pictures drawn as well). Where two intervals overlap, \
        the difference may be chance. Within a network the best run is the one with the highest top-1 accuracy on the validation pictures, so that the test \
        pictures choose nothing. Every run has the same split.</p>
        <p>The paper’s figures are those of its Tables 2–7, as printed (Naftali et al., <i>AniWho: A Quick and Accurate Way to Classify \
        Anime Character Faces in Images</i>, arXiv:2208.11012). It measured its own 9,738 pictures of 130 characters, at times on other \
        hardware (Core i5-8600K, GeForce GTX 1050 Ti), so its figures stand beside ours for orientation. Its “fine-tuned” is set beside \
        <code>all</code>, its “not fine-tuned” beside <code>none</code>. “Not run” means that there is no such run; nothing is filled in.</p>
        <p>Inference is the median time of one picture that lies in memory, through the network and its dense layer, or to its distances \
        from all prototypes. The network of the prototypes was not trained on these pictures by this comparison, but its makers may have \
        shown it some of these characters; its card says which.</p>
        </div>
        """
}
