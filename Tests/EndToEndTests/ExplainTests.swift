import API
import Client
import Foundation
import Testing

/// The evidence of answers and `aniwho explain`, with the real programs.
@Suite(.serialized) struct ExplainTests {
    @Test func `an answer is explained, named or unknown, rejected or not`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let nobody = try daemon.aniwho("explain", "strangers/1.png")
        #expect(nobody.status == 0 && nobody.out.hasPrefix("strangers/1.png: unknown, nobody is enrolled\n"))
        #expect(nobody.out.contains("what would help: aniwho enroll NAME strangers/1.png"))
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let named = try daemon.aniwho("explain", "ask/Iori Namisato/1.png").out
        #expect(named.hasPrefix("ask/Iori Namisato/1.png: Iori Namisato\nprobability "))
        #expect(
            named.contains("; a name needs ") && named.contains(", nobody enrolled ")
                && named.contains("decided by model mobilenetv2, head posterior, calibration "))
        #expect(named.contains("the enrolled pictures of Iori Namisato that are nearest:\nIMAGE"))
        #expect(named.contains("enroll/Iori Namisato/"))
        #expect(named.hasSuffix("aniwho reject 'ask/Iori Namisato/1.png' 'Iori Namisato'\n"))
        let unknown = try daemon.aniwho("explain", "strangers/1.png").out
        #expect(unknown.hasPrefix("strangers/1.png: unknown, likeliest ") && unknown.contains("; a name needs "))
        #expect(unknown.contains("what would help: if it is "))
        _ = try daemon.aniwho("reject", "ask/Iori Namisato/1.png", "Iori Namisato")
        let rejected = try daemon.aniwho("explain", "--top", "1", "ask/Iori Namisato/1.png").out
        #expect(rejected.contains(/Iori Namisato +[\d.]+ % +[\d.]+ +rejected by 1\n/))
        #expect(!rejected.contains("the enrolled pictures of Iori Namisato"))
    }

    @Test func `every answer carries its evidence`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let file = FilePart(
            name: "1",
            bytes: try Data(contentsOf: URL(fileURLWithPath: TestDaemon.samples + "/ask/Iori Namisato/1.png")))
        let response = try daemon.client.call(ClassifyImages.self, .init(top: 2, files: [file]))
        let answer = response.results[0]
        #expect(answer.margin == answer.candidates[0].probability - answer.candidates[1].probability)
        #expect(answer.nearestImages.count == 3 && response.calibration != nil)
        let sum = (answer.probability ?? 0) + answer.otherProbability + (answer.strangerProbability ?? 0)
        #expect(abs(sum - 1) < 1e-5 && answer.certain && !answer.unknown)
        #expect(answer.nearestImages.map(\.distance) == answer.nearestImages.map(\.distance).sorted())
        for near in answer.nearestImages {
            let images = try daemon.client.entries(ListImages.self, .init(name: "Iori Namisato"))
            #expect(images.contains { $0.id == near.id && $0.source == near.source })
        }
        // The margin is to the second, whether it is listed or not.
        let alone = try daemon.client.call(ClassifyImages.self, .init(top: 1, files: [file])).results[0]
        #expect(alone.candidates.count == 1 && alone.margin == answer.margin)
    }

    @Test func `what is wrong is said, with its exit status`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("explain").status == ExitCode.usage.rawValue)
        #expect(try daemon.aniwho("explain", "nowhere.png").status == ExitCode.notFound.rawValue)
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: daemon.home + "/x.png"))
        #expect(try daemon.aniwho("explain", daemon.home + "/x.png").status == ExitCode.badInput.rawValue)
    }
}
