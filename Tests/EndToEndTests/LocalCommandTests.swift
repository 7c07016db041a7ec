import Foundation
import Testing

/// The commands that need no daemon.
struct LocalCommandTests {
    @Test func evaluateIsRepeatable() throws {
        let daemon = try TestDaemon()
        func run(_ seed: String) throws -> [String: Any] {
            let result = try daemon.aniwho(
                "evaluate", "--data", "enroll", "--way", "5", "--shot", "1", "--query", "4", "--tasks", "50", "--seed",
                seed, "--json")
            #expect(result.status == 0, "\(result.error)")
            return try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
        }
        let first = try run("3")
        #expect(first["accuracy"] as? Double == (try run("3"))["accuracy"] as? Double)
        #expect(first["classes"] as? Int == 12 && first["images"] as? Int == 60)
        let interval = try #require(first["interval"] as? [Double])
        let accuracy = try #require(first["accuracy"] as? Double)
        #expect(interval[0] <= accuracy && accuracy <= interval[1] && accuracy > 0.5)
        #expect(first["head"] as? String == "mean")
        #expect(try daemon.aniwho("evaluate", "--data", "enroll", "--way", "13", "--shot", "1").status == 5)
    }

    @Test func evaluateComparesAllHeads() throws {
        let daemon = try TestDaemon()
        // Ten pictures of each of the twelve characters, every one twice.
        let data = daemon.home + "/twice"
        for name in try FileManager.default.contentsOfDirectory(atPath: TestDaemon.samples + "/enroll") {
            let folder = TestDaemon.samples + "/enroll/" + name
            try FileManager.default.createDirectory(atPath: data + "/" + name, withIntermediateDirectories: true)
            for image in try FileManager.default.contentsOfDirectory(atPath: folder) {
                for copy in ["a", "b"] {
                    try FileManager.default.createSymbolicLink(
                        atPath: "\(data)/\(name)/\(copy)-\(image)", withDestinationPath: "\(folder)/\(image)")
                }
            }
        }
        let arguments = ["evaluate", "--data", data, "--all-heads", "--query", "4", "--tasks", "20"]
        let json = try daemon.aniwho(arguments + ["--json"])
        #expect(json.status == 0, "\(json.error)")
        let reports = try #require(try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [[String: Any]])
        let heads = ["posterior", "mean", "trimmed-mean", "cl2n", "mahalanobis", "local-fisher"]
        #expect(reports.compactMap { $0["head"] as? String } == heads.flatMap { [$0, $0, $0, $0] })
        #expect(reports.prefix(4).compactMap { $0["way"] as? Int } == [5, 12, 5, 12])
        #expect(reports.prefix(4).compactMap { $0["shot"] as? Int } == [1, 1, 5, 5])
        #expect(reports.allSatisfy { $0["accuracy"] as? Double ?? 0 > 0.5 })

        let table = try daemon.aniwho(arguments).out
        #expect(table.contains("12-way 1-shot stands for 20-way"))
        #expect(heads.allSatisfy { table.contains("\n\($0) ") })
        let refused = try daemon.aniwho(arguments + ["--shot", "5"])
        #expect(refused.status == 2 && refused.error.contains("leave out --shot"))
        #expect(
            try daemon.aniwho(
                "evaluate", "--data", data, "--way", "5", "--shot", "1", "--head", "median"
            ).error.contains("--head is one of posterior,"))
        // Five pictures of each are too few for five shots and four queries: told before anything is embedded.
        #expect(try daemon.aniwho("evaluate", "--data", "enroll", "--all-heads", "--query", "4").status == 5)
    }

    @Test func embedWritesOneRowAPicture() throws {
        let daemon = try TestDaemon()
        let output = daemon.home + "/e.safetensors"
        let result = try daemon.aniwho("embed", "strangers", "--output", output)
        #expect(result.out.contains("wrote 2 embeddings of width 1024"))
        #expect(FileManager.default.fileExists(atPath: output))
        #expect(try daemon.aniwho("embed", "--tensor", output, "--output", output).error.contains("no tensor"))
    }
}
