import API
import Foundation
import Statistics
import Testing

/// What enrolled pictures say of themselves, with the real programs.
@Suite struct DoctorTests {
    private func decode<T: Decodable>(_ type: T.Type, _ output: TestDaemon.Output) throws -> T {
        #expect(output.status == 0, "\(output.error)")
        return try JSON.decode(type, from: Data(output.out.utf8))
    }

    @Test func `an empty registry and a lone picture are told what they lack`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("doctor").out.contains("nothing needs attention"))
        #expect(try daemon.aniwho("doctor", "Nobody").status == 4)
        let compared = try daemon.aniwho("heads", "compare")
        #expect(compared.status == 6 && compared.error.contains("at least two characters with two pictures each"))
        let enrolled = try daemon.aniwho("enroll", "Iori Namisato", "enroll/Iori Namisato/1.png")
        #expect(enrolled.out.contains("- add 4 more images"))
        let review = try decode(CharacterReview.self, try daemon.aniwho("doctor", "Iori Namisato", "--json"))
        #expect(review.images == 1 && review.asked == 0 && review.advice.count == 1)
    }

    @Test func `a stranger among a character's pictures is found, and removed`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let sound = try decode(RegistryReview.self, try daemon.aniwho("doctor", "--json"))
        #expect(sound.characters == 12 && sound.asked == sound.images && sound.readCharacters == 12)
        #expect(sound.forecasts.map(\.characters) == [20, 100, 500] && sound.forecasts.allSatisfy(\.extrapolated))
        #expect(try #require(sound.accuracy).mean > 0.8)

        // Another character's picture under this name.
        let wrong = try daemon.aniwho("enroll", "Iori Namisato", "ask/Kirara Kusano/1.png")
        #expect(wrong.status == 0, "\(wrong.error)")
        let review = try decode(CharacterReview.self, try daemon.aniwho("doctor", "Iori Namisato", "--json"))
        let newest = try #require(review.answers.map(\.image).max())
        let stranger = try #require(review.answers.first { $0.image == newest })
        #expect(!stranger.right && stranger.other?.character == "Kirara Kusano")
        let remedy = "remove it with aniwho images remove \(newest)"
        #expect(review.advice.contains { $0.hasSuffix(remedy) } && wrong.out.contains(remedy))
        let all = try daemon.aniwho("doctor").out
        #expect(all.contains("Iori Namisato (\(review.images) images, \(review.asked - review.right) of"))
        #expect(all.contains(remedy))
        #expect(try daemon.aniwho("images", "remove", "\(newest)").out == "removed image \(newest) of Iori Namisato\n")
        #expect(try daemon.aniwho("images", "remove", "\(newest)").status == 4)
        // Of several all are removed or none.
        #expect(try daemon.aniwho("images", "remove", "1", "\(newest)").status == 4)
        #expect(try daemon.aniwho("images", "remove", "first").status == 2)
        #expect(try decode(RegistryReview.self, try daemon.aniwho("doctor", "--json")) == sound)
    }

    @Test func `heads are compared on what is enrolled`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let comparison = try decode(
            CompareHeads.Outcome.self, try daemon.aniwho("heads", "compare", "--json"))
        #expect(comparison.characters == 12 && comparison.heads.filter(\.active).map(\.name) == ["posterior"])
        #expect(comparison.heads.allSatisfy { $0.accuracy != nil && ($0.gain == nil) == $0.active })
        #expect(try daemon.aniwho("heads", "compare").out.contains(/posterior +\d.* in use\n/))
    }
}
