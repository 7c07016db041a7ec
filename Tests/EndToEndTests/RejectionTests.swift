import API
import Client
import Foundation
import Testing

/// "Not this character", with the real programs.
@Suite(.serialized) struct RejectionTests {
    @Test func `a rejection is applied, listed, kept through a restart and taken back`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("rejections", "list").out.hasPrefix("nothing is rejected"))
        for name in ["Iori Namisato", "Kaede Mizunuma"] { _ = try daemon.aniwho("enroll", name, "enroll/\(name)") }
        let picture = "ask/Iori Namisato/1.png"
        #expect(try daemon.aniwho("classify", picture).out.contains("Iori Namisato"))
        #expect(
            try daemon.aniwho("reject", picture, "Iori Namisato").out
                == "rejection 1: \(picture) is not Iori Namisato\n")
        #expect(try daemon.aniwho("reject", picture, "Iori Namisato").out == "rejected already, as rejection 1\n")
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.aniwho("rebuild").status == 0)
        let answer = try daemon.client.call(
            ClassifyImages.self, .init(files: [.init(name: "1", bytes: try bytes(picture))])
        ).results[0]
        #expect(answer.character != "Iori Namisato" && answer.candidates[0].character == "Iori Namisato")
        #expect(answer.candidates.map(\.rejection) == [1, nil])
        #expect(try daemon.aniwho("classify", "--top", "2", picture).out.contains("  Iori Namisato, rejected by 1"))
        let listed = try daemon.aniwho("rejections", "list").out
        #expect(listed.contains("Iori Namisato") && listed.contains(picture))
        #expect(try daemon.aniwho("rejections", "list", "--json").out.contains(#""source" : "\#(picture)""#))
        #expect(
            try daemon.aniwho("rejections", "remove", "1").out
                == "removed rejection 1: \(picture) may be Iori Namisato\n")
        #expect(try daemon.aniwho("classify", picture).out.contains("  Iori Namisato  "))
    }

    @Test func `what is wrong is said, with its exit status`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "Iori Namisato", "enroll/Iori Namisato")
        let misspelt = try daemon.aniwho("reject", "strangers/1.png", "Iori Namisata")
        #expect(misspelt.status == ExitCode.notFound.rawValue && misspelt.error.contains("did you mean"))
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: daemon.home + "/x.png"))
        let unreadable = try daemon.aniwho("reject", daemon.home + "/x.png", "Iori Namisato")
        #expect(unreadable.status == ExitCode.badInput.rawValue && unreadable.error.contains("x.png"))
        #expect(
            try daemon.aniwho("reject", "nowhere.png", "Iori Namisato").status == ExitCode.notFound.rawValue)
        let enrolled = try daemon.aniwho("reject", "enroll/Iori Namisato/1.png", "Iori Namisato")
        #expect(enrolled.status == ExitCode.conflict.rawValue && enrolled.error.contains("remove that image first"))
        #expect(try daemon.aniwho("reject", "strangers/1.png").status == ExitCode.usage.rawValue)
        #expect(try daemon.aniwho("rejections", "remove", "7").status == ExitCode.notFound.rawValue)
        #expect(try daemon.aniwho("rejections", "remove", "seven").status == ExitCode.usage.rawValue)
        #expect(try daemon.client.entries(ListRejections.self).isEmpty)
    }

    private func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/" + path))
    }
}
