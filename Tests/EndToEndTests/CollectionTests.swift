import API
import Client
import Foundation
import Testing

/// Everyday work on a collection, with the real programs.
@Suite(.serialized) struct CollectionTests {
    private struct Verified: Decodable {
        struct Bounds: Decodable { let characters: Int }
        let answer: String
        let distance: Double
        let bounds: Bounds?
        let reason: String?
    }

    @Test func `two pictures are compared`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let (one, other) = ("ask/Iori Namisato/1.png", "ask/Iori Namisato/2.png")
        let few = try daemon.aniwho("verify", one, other)
        #expect(few.status == ExitCode.undecided.rawValue && few.out.hasPrefix("undecided: distance "))
        #expect(few.out.contains("needs 4 characters") && few.error.isEmpty)
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let same = try daemon.aniwho("verify", one, one)
        #expect(same.status == 0 && same.out.hasPrefix("yes, the same character: distance 0.000\n"))
        #expect(same.out.contains("12 enrolled characters") && same.out.contains("two characters called the same"))
        let twoOfOne = try daemon.aniwho("verify", one, other, "--json")
        let answer = try JSONDecoder().decode(Verified.self, from: Data(twoOfOne.out.utf8))
        #expect(answer.bounds?.characters == 12 && answer.reason == nil && answer.distance > 0)
        #expect(["same": 0, "different": 10, "undecided": 11][answer.answer] == twoOfOne.status)
        #expect(answer.answer != "different")
        let two = try daemon.aniwho("verify", one, "strangers/2.png")
        #expect(two.status == ExitCode.different.rawValue || two.status == ExitCode.undecided.rawValue)
        #expect(try daemon.aniwho("verify", one).status == 2)
        #expect(try daemon.aniwho("verify", one, other, "--error", "0.5").status == 2)
        #expect(try daemon.aniwho("verify", one, "nothing.png").status == 4)
        let text = daemon.home + "/x.png"
        try Data("no picture".utf8).write(to: URL(filePath: text))
        #expect(try daemon.aniwho("verify", one, text).status == 5)
    }

    @Test func `characters are tagged, noted and split`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("tags", "list").out.hasPrefix("no character has a tag"))
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let name = "Iori Namisato"
        #expect(try daemon.aniwho("tags", "add", name, "blue hair", "pilot").out == "\(name): blue hair, pilot\n")
        #expect(try daemon.aniwho("tags", "remove", name, "pilot").out == "\(name): blue hair\n")
        #expect(try daemon.aniwho("tags", "list").out.contains("blue hair           1"))
        #expect(try daemon.aniwho("tags", "add", "Nobody", "x").status == 4)
        #expect(try daemon.aniwho("tags", "add", name, "").status == 5)
        #expect(
            try daemon.aniwho("aliases", "add", name, "Iori", "灯").out == "\(name) is also called Iori, 灯\n")
        #expect(try daemon.aniwho("aliases", "remove", "Iori", "灯").out == "\(name) is also called Iori\n")
        #expect(try daemon.aniwho("aliases", "list").out == "ALIAS  CHARACTER\nIori   \(name)\n")
        #expect(try daemon.aniwho("aliases", "list", "Iori", "--json").out.contains(#""character" : "\#(name)""#))
        #expect(try daemon.aniwho("aliases", "add", name, name).status == 5)
        #expect(try daemon.aniwho("characters", "series", "Iori", "Harbor Lights").out == "Harbor Lights\n")
        #expect(try daemon.aniwho("characters", "series", name).out == "Harbor Lights\n")
        #expect(try daemon.aniwho("characters", "list", "--series", "x").out == "no character is of the series x\n")
        #expect(try daemon.aniwho("characters", "list", "--series", "Harbor Lights").out.contains(name))
        #expect(try daemon.aniwho("characters", "note", name, "from the film").out == "from the film\n")
        #expect(try daemon.aniwho("characters", "note", name).out == "from the film\n")
        let shown = try daemon.aniwho("characters", "show", name).out
        #expect(shown.contains("aliases    Iori\nseries     Harbor Lights\n"))
        #expect(shown.contains("tags       blue hair\n") && shown.contains("note       from the film\n"))
        let listed = try daemon.aniwho("characters", "list", "--tag", "blue hair").out
        #expect(listed.split(separator: "\n").count == 2 && listed.contains(name) && listed.contains("TAGS"))
        #expect(try daemon.aniwho("characters", "list", "--tag", "red").out == "no character has the tag red\n")

        #expect(try daemon.aniwho("characters", "split", name).out.contains("5 images, which hold together"))
        _ = try daemon.aniwho("characters", "merge", "Kirara Kusano", name)
        let proposal = try daemon.aniwho("characters", "split", name, "--json")
        let groups = try JSONDecoder().decode(Proposal.self, from: Data(proposal.out.utf8)).groups
        #expect(groups.map(\.count) == [5, 5])
        #expect(try daemon.aniwho("characters", "split", name).out.contains("2 groups of images"))
        let second = groups[1].map { String($0) }
        let split = try daemon.aniwho(["characters", "split", name, "Kirara"] + second)
        #expect(split.out == "Kirara, a new character, has 5 more images, 5 in all\n")
        #expect(try daemon.aniwho("characters", "show", name).out.contains("mean of 5 images"))
        #expect(try daemon.aniwho("characters", "split", name, second[0]).status == 2)
        #expect(try daemon.aniwho("characters", "split", name, "New").status == 2)
        #expect(try daemon.aniwho("characters", "split", name, "New", second[0]).status == 4)
        #expect(try daemon.aniwho(["characters", "split", "Kirara", "New"] + second).status == 2)
    }

    private struct Proposal: Decodable { let groups: [[Int64]] }

    @Test func `what is exported is enrolled again, byte for byte`() throws {
        let (daemon, other) = (try TestDaemon(), try TestDaemon())
        try daemon.start()
        #expect(try daemon.aniwho("export", daemon.home + "/none").status == 4)
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        _ = try daemon.aniwho("characters", "rename", "Iori Namisato", ".Iori/Namisato %2F")
        // Two pictures of one name.
        _ = try daemon.aniwho("enroll", "Kirara Kusano", "ask/Kirara Kusano/1.png")
        let folder = daemon.home + "/export"
        let done = try daemon.aniwho("export", folder)
        #expect(done.status == 0 && done.out == "61 pictures of 12 characters written to \(folder)\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/Kirara Kusano").contains("1 (2).png"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 12)
        let refused = try daemon.aniwho("export", folder)
        #expect(refused.status == 6 && refused.error.contains("--force"))
        // One picture is missing, as after an interruption; another one stands under a name that is needed.
        try FileManager.default.removeItem(atPath: folder + "/Kirara Kusano/2.png")
        try Data("another".utf8).write(to: URL(filePath: folder + "/Kirara Kusano/2.png"))
        let again = try daemon.aniwho("export", folder, "--force")
        #expect(again.out == "1 picture of 12 characters written to \(folder), 60 there already\n")
        try FileManager.default.removeItem(atPath: folder + "/Kirara Kusano/2.png")

        try other.start()
        let enrolled = try other.aniwho("enroll", "--from-folders", folder)
        #expect(enrolled.status == 0 && enrolled.out.contains("enrolled 12 characters (12 new) with 61 new images"))
        #expect(enrolled.out.contains("RIGHT") && enrolled.out.contains("5/5"))
        let names = try daemon.client.entries(ListCharacters.self, .init()).map(\.name)
        #expect(try other.client.entries(ListCharacters.self, .init()).map(\.name) == names)
        for name in names {
            let request = NamedPageRequest(name: name)
            #expect(
                Set(try daemon.client.entries(ListImages.self, request).map(\.sha256))
                    == Set(try other.client.entries(ListImages.self, request).map(\.sha256)))
        }
        let skipped = try other.aniwho("enroll", "--from-folders", folder)
        #expect(skipped.status == 0 && skipped.out == "enrolled 0 characters (0 new) with 0 new images\n")
        #expect(skipped.error.contains("61 pictures skipped, enrolled already, among them all of 12 characters"))
        #expect(try daemon.aniwho("export", folder + "/Kirara Kusano/1.png").status == 7)
    }
}
