import Foundation
import Testing

/// The benchmarks that need no picture, on little.
@Suite struct BenchCommandTests {
    private func json(_ output: TestDaemon.Output) throws -> [String: Any] {
        #expect(output.status == 0, "\(output.error)")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: Any])
    }

    @Test(arguments: ["unstructured", "clustered"]) func searchTellsTimesAndRecall(data: String) throws {
        let daemon = try TestDaemon()
        let arguments = [
            "bench", "search", "--prototypes", "3000", "--width", "48", "--queries", "40", "--data", data,
        ]
        let report = try json(try daemon.aniwho(arguments + ["--json"]))
        #expect(report["prototypes"] as? Int == 3000 && report["width"] as? Int == 48)
        #expect(report["data"] as? String == data && report["queries"] as? Int == 40)
        // So few are compared with all.
        #expect(report["recall_at_1"] as? Double == 1 && report["recall_at_5"] as? Double == 1)
        for key in ["milliseconds", "exact_milliseconds", "exact_gigabytes_per_second"] {
            #expect(try #require(report[key] as? Double) > 0, "\(key)")
        }
        #expect(try daemon.aniwho(arguments).out.contains("recall@1        1.0000"))
    }

    @Test func searchRefusesWhatItCannotMeasure() throws {
        let daemon = try TestDaemon()
        #expect(try daemon.aniwho("bench", "search", "--prototypes", "0").status == 2)
        #expect(try daemon.aniwho("bench", "search", "--width", "wide").error.contains("--width takes a whole number"))
        #expect(try daemon.aniwho("bench", "search", "--data", "real").error.contains("unstructured, clustered"))
    }

    @Test func startTellsSecondsAndLeavesNothing() throws {
        let daemon = try TestDaemon()
        let temporary = daemon.home + "/t"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        let report = try json(
            try daemon.aniwho(
                ["bench", "start", "--characters", "30", "--starts", "2", "--json"],
                environment: ["TMPDIR": temporary]))
        #expect(report["characters"] as? Int == 30 && report["starts"] as? Int == 2)
        #expect(try #require(report["seconds"] as? Double) > 0)
        // Vectors of 30 characters and the model beside them.
        #expect(try #require(report["registry_bytes"] as? Int) > 8_000_000)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        #expect(try daemon.aniwho("bench", "start", "--starts", "0").status == 2)
    }
}
