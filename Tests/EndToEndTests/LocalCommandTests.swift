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
        #expect(try daemon.aniwho("evaluate", "--data", "enroll", "--way", "13", "--shot", "1").status == 5)
    }

    @Test func embedWritesOneRowAPicture() throws {
        let daemon = try TestDaemon()
        let output = daemon.home + "/e.safetensors"
        let result = try daemon.aniwho("embed", "strangers", "--output", output)
        #expect(result.out.contains("wrote 2 embeddings of width 320"))
        #expect(FileManager.default.fileExists(atPath: output))
        #expect(try daemon.aniwho("embed", "--tensor", output, "--output", output).error.contains("no tensor"))
    }
}
