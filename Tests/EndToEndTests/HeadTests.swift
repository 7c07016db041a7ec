import API
import Client
import Foundation
import Testing

/// The heads, with the real programs.
@Suite(.serialized) struct HeadTests {
    private struct Answer: Decodable {
        let character: String?
        let unknown: Bool
        let head: String
        let candidates: [Candidate]
        let mean_distance: Double
    }

    private func ask(_ daemon: TestDaemon) throws -> [Answer] {
        let output = try daemon.aniwho("classify", "ask/Iori Namisato", "strangers", "--json", "--top", "30")
        #expect(output.status == 0, "\(output.error)")
        return try JSONDecoder().decode([Answer].self, from: Data(output.out.utf8))
    }

    private func check(_ answers: [Answer], head: String) {
        #expect(answers.map(\.head) == Array(repeating: head, count: 5))
        #expect(answers.prefix(3).allSatisfy { $0.character == "Iori Namisato" }, "\(head)")
        #expect(answers.suffix(2).allSatisfy { $0.character == nil && $0.unknown }, "\(head)")
    }

    @Test func `a head answers through restarts, enrollments, removals and rebuilds`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("heads", "list").out.contains(/posterior +likeliest character, .* in use\n/))
        // Before anybody is enrolled, too.
        #expect(try daemon.aniwho("heads", "use", "local-fisher").status == 0)
        #expect(try daemon.aniwho("heads", "use", "mean").out.contains("mean answers now instead of local-fisher;"))
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let mean = try ask(daemon)
        check(mean, head: "mean")
        for head in ["trimmed-mean", "cl2n", "mahalanobis", "local-fisher"] {
            #expect(try daemon.aniwho("heads", "use", head).status == 0)
            let answers = try ask(daemon)
            check(answers, head: head)
            #expect(answers.map(\.mean_distance) == mean.map(\.mean_distance))
            #expect(answers.map { $0.candidates.map(\.distance) } != mean.map { $0.candidates.map(\.distance) })
        }

        let before = try ask(daemon)
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.aniwho("status").out.contains("head        local-fisher\n"))
        #expect(try ask(daemon).map(\.candidates) == before.map(\.candidates))
        _ = daemon.stop(SIGKILL)
        try daemon.start()
        #expect(try daemon.aniwho("rebuild").status == 0)
        #expect(try ask(daemon).map(\.candidates) == before.map(\.candidates))

        #expect(try daemon.aniwho("enroll", "A stranger", "strangers").status == 0)
        let known = try ask(daemon)
        #expect(known.suffix(2).allSatisfy { $0.character == "A stranger" && $0.candidates.count == 13 })
        #expect(try daemon.aniwho("characters", "remove", "A stranger").status == 0)
        #expect(try ask(daemon).map(\.candidates) == before.map(\.candidates))
        #expect(try daemon.aniwho("heads", "use", "mean").status == 0)
        #expect(try ask(daemon).map(\.candidates) == mean.map(\.candidates))
    }

    @Test func `a name that is no head's is an error with advice`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let output = try daemon.aniwho("heads", "use", "median")
        #expect(output.status == ExitCode.notFound.rawValue)
        #expect(
            output.error.contains("there is no head named “median”; the heads are posterior, mean, trimmed-mean, cl2n"))
        #expect(try daemon.aniwho("heads", "use").status == ExitCode.usage.rawValue)
        #expect(try daemon.client.call(GetStatus.self).head == "posterior")
    }

    @Test func `asking while heads are switched never fails`() async throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let file = FilePart(
            name: "1.png", bytes: try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/strangers/1.png")))
        let client = daemon.client
        // The calibration that the daemon makes by itself would change the probabilities.
        _ = try client.call(ResetCalibration.self)
        let heads = try client.entries(ListHeads.self).map(\.name)
        var alone: [String: [Classification]] = [:]
        for head in heads {
            _ = try client.call(UseHead.self, UseRequest(name: head))
            alone[head] = try client.call(ClassifyImages.self, .init(files: [file])).results
        }
        let answers = try await withThrowingTaskGroup(of: [ClassifyImages.Response].self) { group in
            group.addTask {
                for round in 0..<30 {
                    _ = try client.call(UseHead.self, UseRequest(name: heads[round % heads.count]))
                }
                return []
            }
            for _ in 0..<4 {
                group.addTask {
                    try (0..<25).map { _ in try client.call(ClassifyImages.self, .init(files: [file])) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers.count == 100 && answers.allSatisfy { alone[$0.head] == $0.results })
    }
}
