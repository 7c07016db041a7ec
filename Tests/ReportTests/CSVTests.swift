import Foundation
import Testing
import Training

@testable import Report

@Suite struct CSVTests {
    private let text = CSVTable(Fabricated.results()).text

    /// Lines of fields, as RFC 4180 has them.
    private func read() -> [[String: String]] {
        var lines: [[String]] = [[""]]
        var isQuoted = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: lines[lines.count - 1].append("")
            case "\n" where !isQuoted: lines.append([""])
            case "\r" where !isQuoted: break
            default: lines[lines.count - 1][lines[lines.count - 1].count - 1].unicodeScalars.append(scalar)
            }
        }
        #expect(lines.allSatisfy { $0 == [""] || $0.count == lines[0].count })
        return lines.dropFirst().filter { $0 != [""] }.map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test func `a line a run and a line for each number of shots`() {
        let rows = read()
        #expect(rows.map { $0["status"] } == ["finished", "finished", "failed", "not_run", "finished", "finished"])
        #expect(rows[1]["test_top1"] == "0.7321" && rows[1]["paper_test_top1"] == "81.92")
        #expect(Double(rows[1]["test_top1_low"] ?? "").map { abs($0 - 0.7121) < 1e-9 } == true)
        #expect(rows[0]["fine_tune"] == "all" && rows[0]["inference_ms_batch1"] == "2.31")
        #expect(rows[2]["message"] == "the loss is no number, so it ends\nhere" && rows[2]["test_top1"] == "")
        #expect(rows[3]["model"] == "resnet12" && rows[3]["paper_test_top1"] == "" && rows[3]["epochs"] == "")
        #expect(rows[5]["shots"] == "5" && rows[5]["test_images"] == "1000")
    }

    @Test func `columns are in snake case, no two alike`() {
        #expect(CSVTable.columns.allSatisfy { $0.wholeMatch(of: /[a-z0-9]+(_[a-z0-9]+)*/) != nil })
        #expect(Set(CSVTable.columns).count == CSVTable.columns.count)
        // A key that is no column would be lost.
        #expect(text.contains("\"the loss is no number, \"\"so\"\" it ends\nhere\""))
    }
}
