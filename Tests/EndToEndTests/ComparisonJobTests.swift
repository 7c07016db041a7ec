import API
import Client
import Foundation
import Testing

/// Comparisons that the real daemon runs, on the drawn samples, with one network that is already trained.
@Suite(.serialized) struct ComparisonJobTests {
    private static let small = [
        "--models", "mobilenetv2=mobilenetv2", "--fine-tune", "none", "--batch", "16", "--views", "0", "--shots", "1",
    ]

    @Test func `a killed daemon's comparison goes on, and its report can be read meanwhile`() throws {
        let daemon = try TestDaemon(trains: true)
        try daemon.start()
        let named = try daemon.aniwho(["jobs", "start", "compare", "ours", "--", "--data", "enroll"])
        #expect(named.status == ExitCode.usage.rawValue && named.error.contains("leave out “ours”"))
        let start = try daemon.aniwho(
            ["jobs", "start", "compare", "--", "--data", "enroll,ask", "--dropout", "0.2,0.5,0.8", "--epochs", "3"]
                + Self.small)
        #expect(start.status == 0 && start.out.contains("job 1 compares networks; watch it"), "\(start.error)")
        let page = daemon.home + "/report.html"
        let early = try daemon.aniwho("jobs", "report", "1", page)
        #expect(early.status == ExitCode.notFound.rawValue && early.error.contains("job 1 has no report yet"))
        _ = try daemon.aniwho(["jobs", "watch", "1"], interruptedAt: "\"event\":\"run\"")
        #expect(try daemon.aniwho("jobs", "report", "1", page).status == 0)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains(" of 3 finished"))
        _ = daemon.stop(SIGKILL)
        try daemon.start()
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0 && watch.out.contains("\"resumed\":true"), "\(watch.out) \(watch.error)")
        // No run is made twice.
        #expect(watch.out.components(separatedBy: "\"event\":\"run\"").count == 4)
        #expect(try daemon.aniwho("jobs", "report", "1", page).out == "wrote \(page)\n")
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("3 of 3 finished") && text.contains("Prototypes, 1 shot"))
        let shown = try daemon.aniwho("jobs", "show", "1").out
        #expect(shown.contains("\nreport    aniwho jobs report 1 report.html\n") && shown.contains("3 finished"))
        #expect(try daemon.client.entries(ListModels.self).map(\.name) == ["mobilenetv2"])
        #expect(try daemon.client.entries(ListClassifiers.self).isEmpty)
    }

    @Test func `the enrolled pictures are compared on, under the characters' own names`() throws {
        let daemon = try TestDaemon(trains: true)
        try daemon.start()
        for name in ["Iori Namisato", "Mei / Kuroda"] {
            _ = try daemon.aniwho("enroll", name, "enroll/Iori Namisato", "ask/Iori Namisato")
        }
        _ = try daemon.aniwho("enroll", "Stranger", "strangers")
        let start = try daemon.aniwho(
            ["jobs", "start", "compare", "--from-registry", "--", "--dropout", "0.2", "--epochs", "2"] + Self.small)
        #expect(start.status == 0, "\(start.error)")
        #expect(start.error == "aniwho: warning: left out, with fewer than 6 pictures: Stranger (2)\n")
        let watch = try daemon.aniwho("jobs", "watch", "1")
        #expect(watch.status == 0, "\(watch.out) \(watch.error)")
        let report = try daemon.client.call(FetchReport.self, IdentifiedRequest(id: 1))
        let text = String(decoding: report.bytes, as: UTF8.self)
        #expect(text.contains("1 of 1 finished") && text.contains("Mei / Kuroda"))
        let folder = try daemon.client.call(ShowJob.self, IdentifiedRequest(id: 1)).folder
        #expect(!FileManager.default.fileExists(atPath: folder + "/pictures"))
        _ = try daemon.aniwho("jobs", "prune", "--older-than", "0d", "--yes")
        let gone = try daemon.aniwho("jobs", "report", "1", daemon.home + "/r.html")
        #expect(gone.status == ExitCode.notFound.rawValue && gone.error.contains("there is no job 1"))
    }
}
