import Charts
import Embedding
import Foundation
import Testing
import Training

@testable import Report

/// The page: whole, escaped, and on its own.
@Suite struct PageTests {
    private let page = Page(Fabricated.results()).html

    @Test func `every table and every part is there`() {
        for title in [
            "Table 2: InceptionV3", "Table 3: InceptionResNetV2", "Table 4: MobileNetV2", "Table 5: EfficientNetB0",
            "Table 6: EfficientNetB7", ">resnet12<", "The best of each network", "Accuracy against inference time",
            "Learning curves", "Which characters are confused", "Most often confused", "The worst mistakes",
            "Failed runs",
            "Prototypes, 1 shot<", "Prototypes, 5 shots<",
        ] { #expect(page.contains(title), "\(title)") }
        #expect(page.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
        #expect(page.contains("<title>AniWho comparison: a &amp; b, 2027-01-15</title>"))
        for fact in [
            "7,200 / 1,580 / 1,000", "9,780", "2 of 4 finished, 1 failed", "aniwho compare --data &#39;a &amp; b&#39;",
        ] {
            #expect(page.contains(fact), "\(fact)")
        }
    }

    @Test func `ours stand with their intervals beside the paper's`() throws {
        // The paper's Table 4, batch 32, fine-tuned, dropout 0.5; ours is the best by validation, not by test.
        let row = try #require(
            page.split(separator: "\n").first { $0.contains("<tr class=\"best\">") && $0.contains(">top-1<") })
        #expect(row.contains("<div>73.21<small>71.2–75.2</small></div>"))
        #expect(row.contains("<td data-v=\"81.92\" class=\"paper\"><div>81.92</div><div>94.62</div></td>"))
        #expect(page.contains("<strong>73.21 %</strong>"))
    }

    @Test func `what was not run is said and nothing filled in`() throws {
        let lines = page.split(separator: "\n").filter { $0.hasPrefix("<tr") && $0.contains("not run") }
        // All of the four networks that the grid leaves out, ten of MobileNetV2 beyond its two, and one of the other network.
        let rows = lines.filter { $0.contains("top-1") }
        #expect(rows.count == 12 + 12 + 10 + 12 + 9 + 1)
        #expect(rows.allSatisfy { $0.components(separatedBy: "not run").count == 4 && !$0.contains("<small>") })
        let failed = page.split(separator: "\n").filter { $0.contains("class=\"bad\"") }
        #expect(failed.count == 1 && failed[0].components(separatedBy: "failed").count == 4)
    }

    @Test func `names and messages are escaped`() {
        #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("R&amp;D &quot;Chan&quot;") && !page.contains("R&D"))
        #expect(page.contains("the loss is no number, &quot;so&quot; it ends"))
        #expect(page.contains("x/1&quot;.png"))
        #expect("<&>\"'".escaped == "&lt;&amp;&gt;&quot;&#39;")
    }

    @Test func `the page asks for nothing and lets only its own script run`() {
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains(" src=\"/"))
        #expect(page.contains("data:image/jpeg;base64,/9j/\"") && page.contains("the file is gone"))
        #expect(page.components(separatedBy: "<script>").count == 2)
        #expect(page.contains("<script>\(PageScript.javascript)</script>"))
        let hex = ContentHash.sha256(Data(PageScript.javascript.utf8))
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
        let digest = Data(bytes).base64EncodedString()
        #expect(PageScript.digest == digest, "the script has changed: its digest is now \(digest)")
        #expect(page.contains("script-src 'sha256-\(digest)'"))
    }

    @Test func `a comparison that has found nothing makes a page`() {
        var results = Fabricated.results()
        for index in results.runs.indices { results.runs[index] = .init(results.runs[index].cell) }
        results.best = nil
        results.prototypes = []
        let page = Page(results).html
        #expect(page.contains("No run is finished yet.") && page.contains("Table 6"))
        #expect(!page.contains("Learning curves") && !page.contains("Failed runs"))
    }

    @Test func `elements are closed`() {
        for tag in ["section", "table", "tr", "td", "th", "svg", "figure", "div", "g", "text", "ol", "ul", "li", "p"] {
            func count(_ text: String) -> Int { page.components(separatedBy: text).count - 1 }
            #expect(count("<\(tag) ") + count("<\(tag)>") == count("</\(tag)>"), "\(tag)")
        }
    }
}
