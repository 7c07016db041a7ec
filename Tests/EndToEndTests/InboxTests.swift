import API
import Client
import Foundation
import TestSupport
import Testing

/// The inbox and the watching of a folder, with the real programs.
@Suite(.serialized) struct InboxTests {
    @Test func `unknown pictures wait for a name`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("inbox", "list").out.hasPrefix("the inbox is empty"))
        for name in try FileManager.default.contentsOfDirectory(atPath: TestDaemon.samples + "/enroll").sorted()
        where !name.hasPrefix("Iori") {
            _ = try daemon.aniwho("enroll", name, "enroll/\(name)")
        }
        let pictures = ["ask/Iori Namisato", "enroll/Iori Namisato", "strangers"]
        let asked = try daemon.aniwho(["classify", "--keep-unknown", "--csv"] + pictures)
        let unknown = asked.out.components(separatedBy: "\r\n").count { $0.contains(",,") }
        #expect(unknown > 2 && asked.error == "\(unknown) unknown faces kept; see aniwho inbox list\n")
        let again = try daemon.aniwho(["classify", "--keep-unknown", "--csv"] + pictures)
        #expect(again.error == "0 unknown faces kept; see aniwho inbox list\n" && again.out == asked.out)

        let inbox = try daemon.client.call(GroupInbox.self, .init())
        #expect(inbox.thresholdFrom == .registry)
        #expect(inbox.groups.reduce(0) { $0 + $1.pictures.count } == unknown)
        let group = try #require(inbox.groups.first)
        #expect(group.pictures.count > 1 && group.pictures.allSatisfy { $0.source.contains("Iori") })
        let number = String(try #require(group.pictures.first).id)
        #expect(try daemon.aniwho("inbox", "list").out.contains("by pairs of enrolled pictures"))
        let saved = daemon.home + "/saved"
        #expect(try daemon.aniwho("inbox", "show", number, "--save", saved).out.contains("Iori"))
        #expect(
            try Data(contentsOf: URL(filePath: "\(saved)/\(number).png"))
                == Data(contentsOf: URL(filePath: "\(TestDaemon.samples)/\(group.pictures[0].source)")))

        let backup = daemon.home + "/backup"
        if TestDatabase.isFile {
            #expect(try daemon.aniwho("backup", "create", backup).status == 0)
            #expect(try daemon.aniwho("backup", "verify", backup).status == 0)
        }

        let named = try daemon.aniwho("inbox", "name", number, "Iori")
        #expect(
            named.out
                == "enrolled Iori: \(group.pictures.count) new images, \(group.pictures.count) in all\n")
        #expect(try daemon.aniwho("classify", group.pictures[0].source).out.contains("Iori "))
        #expect(try daemon.aniwho("inbox", "show", number).status == 4)
        #expect(try daemon.aniwho("inbox", "show", "x").status == 2)
        #expect(try daemon.aniwho("inbox", "discard").status == 2)
        #expect(try daemon.aniwho("inbox", "discard", "--all").status == 0)
        #expect(try daemon.client.call(GroupInbox.self, .init()).groups.isEmpty)
    }

    @Test func `a watched folder's pictures are answered as they come, over a restart`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        let (folder, sorted) = (daemon.home + "/in", daemon.home + "/sorted")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        @Sendable func copy(_ from: String, _ name: String) throws {
            try FileManager.default.copyItem(atPath: "\(TestDaemon.samples)/\(from)", toPath: "\(folder)/\(name)")
        }
        try copy("strangers/1.png", "old.png")
        // The feeder alone stops and starts it.
        nonisolated(unsafe) let restarted = daemon
        let feeder = Thread {
            Thread.sleep(forTimeInterval: 1.5)
            // Half a picture first.
            let picture = URL(filePath: "\(TestDaemon.samples)/ask/Iori Namisato/1.png")
            let bytes = (try? Data(contentsOf: picture)) ?? Data()
            let file = "\(folder)/a.png"
            _ = FileManager.default.createFile(atPath: file, contents: bytes.prefix(bytes.count / 2))
            Thread.sleep(forTimeInterval: 0.05)
            try? bytes.write(to: URL(filePath: file))
            Thread.sleep(forTimeInterval: 2)
            _ = restarted.stop()
            try? copy("strangers/2.png", "b.png")
            Thread.sleep(forTimeInterval: 1)
            try? restarted.start()
        }
        feeder.start()
        let output = try daemon.aniwho(
            ["watch", folder, "--json", "--interval", "0.2", "--sort-into", sorted], interruptedAt: "b.png")
        #expect(output.status == 0)
        let lines = output.out.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(lines[0].contains(#""character":"Iori Namisato""#) && lines[0].contains("a.png"))
        #expect(lines[1].contains(#""unknown":true"#))
        #expect(output.error.contains("waiting for the daemon"))
        #expect(output.error.hasSuffix("2 pictures in \(folder), 1 unknown\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: sorted + "/Iori Namisato") == ["a.png"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: sorted + "/_unknown") == ["b.png"])
        #expect(try daemon.aniwho("watch", folder + "/none").status == 5)
        #expect(try daemon.aniwho("watch", folder, "--csv", "--json").status == 2)
        #expect(try daemon.aniwho("watch", folder, "--interval", "0").status == 2)
    }
}
