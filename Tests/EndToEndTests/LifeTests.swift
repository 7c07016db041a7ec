import API
import Client
import Foundation
import Testing

/// The product's main road, with the real programs.
@Suite(.serialized) struct LifeTests {
    @Test func enrollClassifyRebuildRestartClassify() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let enrolled = try daemon.aniwho("enroll", "--from-folders", "enroll", "--images-per-character", "5")
        #expect(enrolled.status == 0 && enrolled.out.contains("enrolled 12 characters (12 new) with 60 new images"))

        let before = try daemon.aniwho("classify", "ask/Iori Namisato", "strangers", "--json")
        #expect(before.status == 0)
        let answers = try #require(try JSONSerialization.jsonObject(with: Data(before.out.utf8)) as? [[String: Any]])
        #expect(answers.count == 5)
        for answer in answers.prefix(3) {
            #expect(answer["character"] as? String == "Iori Namisato" && answer["unknown"] as? Bool == false)
            #expect(answer["model"] as? String == "mobilenetv2")
        }
        for stranger in answers.suffix(2) {
            #expect(stranger["character"] is NSNull && stranger["unknown"] as? Bool == true)
            #expect((stranger["candidates"] as? [[String: Any]])?.count == 5)
        }

        #expect(try daemon.aniwho("rebuild").out.contains("rebuilt 12 prototypes from 60 images"))
        #expect(try daemon.aniwho("rebuild", "--character", "Iori Namisato").status == 0)
        #expect(daemon.stop() == 0)
        try daemon.start()
        let after = try daemon.aniwho("classify", "ask/Iori Namisato", "strangers", "--json")
        #expect(after.out == before.out)
    }

    @Test func killedWhileEnrollingKeepsEverythingAcknowledged() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let file = try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/strangers/1.png"))
        let client = daemon.client
        let pid = daemon.processID
        let killer = Thread {
            Thread.sleep(forTimeInterval: 0.4)
            kill(pid, SIGKILL)
        }
        killer.start()
        var acknowledged: [String] = []
        while true {
            let name = "character \(acknowledged.count)"
            let request = EnrollImages.Request(name: name, files: [FilePart(name: "1.png", bytes: file)])
            guard (try? client.call(EnrollImages.self, request)) != nil else { break }
            acknowledged.append(name)
        }
        _ = daemon.stop(SIGKILL)
        #expect(!acknowledged.isEmpty)
        try daemon.start()
        for name in acknowledged {
            let detail = try daemon.client.call(ShowCharacter.self, NamedRequest(name: name))
            #expect(detail.images.count == 1 && detail.prototype?.count == 1)
        }
        #expect(try daemon.client.call(GetStatus.self).characters <= acknowledged.count + 1)
    }

    @Test func tenClientsGetTheAnswersTheyWouldGetAlone() async throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let asked = try FileManager.default.contentsOfDirectory(atPath: TestDaemon.samples + "/ask").sorted().prefix(10)
        let files = try asked.map {
            FilePart(
                name: $0, bytes: try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/ask/\($0)/1.png")))
        }
        let client = daemon.client
        // The calibration that the daemon makes by itself would change the probabilities.
        _ = try client.call(ResetCalibration.self)
        let alone = try files.map { try client.call(ClassifyImages.self, .init(files: [$0])).results }
        let together = try await withThrowingTaskGroup(of: (Int, [Classification]).self) { group in
            for (index, file) in files.enumerated() {
                group.addTask { (index, try client.call(ClassifyImages.self, .init(files: [file])).results) }
            }
            var results = [[Classification]](repeating: [], count: files.count)
            for try await (index, result) in group { results[index] = result }
            return results
        }
        #expect(together == alone)
        #expect(zip(alone, asked).allSatisfy { $0[0].character == $1 })
    }

    @Test func aLiveSocketIsRefusedAndAStaleOneReplaced() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let rival = try daemon.rival()
        #expect(rival.status == ExitCode.conflict.rawValue && rival.error.contains("already listens"))
        _ = daemon.stop(SIGKILL)
        #expect(FileManager.default.fileExists(atPath: daemon.socket))
        try daemon.start()
        #expect(daemon.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
    }
}
