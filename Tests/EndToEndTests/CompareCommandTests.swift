import API
import Foundation
import Testing

/// `compare` as its users call it, on the drawn samples.
struct CompareCommandTests {
    private static let small = [
        "compare", "--data", "enroll,ask", "--models", "mobilenetv2", "--fine-tune", "none", "--batch", "16",
        "--dropout",
        "0.2,0.5", "--views", "1", "--shots", "1,3",
    ]

    @Test func aSmallGridIsRunInterruptedResumedAndReported() throws {
        let daemon = try TestDaemon()
        let folder = daemon.home + "/grid"
        let stopped = try daemon.aniwho(
            Self.small + ["--epochs", "3", "--out", folder], interruptedAt: "\"event\":\"run\"")
        #expect(stopped.status == ExitCode.interrupted.rawValue && stopped.error.contains("compare --resume \(folder)"))
        #expect(stopped.error.contains("mobilenetv2 starts from random weights"))
        let again = try daemon.aniwho(Self.small + ["--out", folder])
        #expect(again.status == ExitCode.conflict.rawValue && again.error.contains("--resume \(folder)"))
        let resumed = try daemon.aniwho("compare", "--resume", folder)
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.out.contains("\"finished\":1") && !resumed.out.contains("\"event\":\"prototypes\""))
        let lines = resumed.out.split(separator: "\n")
        #expect(lines.last?.contains("\"event\":\"finish\"") == true && lines.last?.contains("\"finished\":2") == true)

        func text(_ file: String) throws -> String { try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) }
        let page = try text("report.html")
        #expect(page.contains("2 of 2 finished") && page.contains("Prototypes, 3 shots") && page.contains("Table 6"))
        #expect(try text("results.csv").split(whereSeparator: \.isNewline).count == 5)
        #expect(try text("figure26.svg").contains("MobileNetV2, AniWho"))
        try FileManager.default.removeItem(atPath: folder + "/report.html")
        #expect(try daemon.aniwho("compare", "--report-only", folder).status == 0)
        #expect(try text("report.html") == page)
    }

    @Test func badInputIsTold() throws {
        let daemon = try TestDaemon()
        let grid = ["compare", "--data", "enroll", "--out", daemon.home + "/r", "--models", "mobilenetv2"]
        for (arguments, status, says) in [
            (["compare", "--out", "r"], ExitCode.usage, "--data is missing"),
            (["compare", "--data", "enroll"], .usage, "--out is missing"),
            (grid + ["--batch", "0"], .usage, "--batch takes numbers of pictures"),
            (grid + ["--batch", "16,16"], .usage, "each once"),
            (grid + ["--dropout", "1"], .usage, "--dropout takes rates"),
            (grid + ["--fine-tune", "some"], .usage, "none, top:N and all"),
            (grid + ["--shots", "0"], .usage, "--shots takes none"),
            (grid + ["--embedder", "nothing"], .notFound, "there is no model nothing"),
            (["compare", "--data", "enroll", "--out", "r", "--models", "resnet13"], .badInput, "resnet12"),
            (
                ["compare", "--data", "enroll", "--out", "r", "--models", "resnet10,resnet10=w"], .usage,
                "an architecture twice"
            ),
            (["compare", "--resume", "r", "--epochs", "9"], .usage, "leave out --epochs"),
            (["compare", "--resume", "nowhere"], .notFound, "holds no comparison"),
            (["compare", "--report-only", "nowhere"], .notFound, "holds no comparison"),
            (["compare", "--report-only", "r", "--seed", "2"], .usage, "leave out --seed"),
        ] {
            let result = try daemon.aniwho(arguments)
            #expect(result.status == status.rawValue, "\(arguments): \(result.status) \(result.error)")
            #expect(result.error.contains(says), "\(arguments): \(result.error)")
        }
    }
}
