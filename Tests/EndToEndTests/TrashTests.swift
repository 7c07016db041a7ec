import API
import Client
import Foundation
import Testing

/// The trash and `undo`, with the real programs.
@Suite(.serialized) struct TrashTests {
    private func populated(_ options: String...) throws -> TestDaemon {
        let daemon = try TestDaemon(options: ["--log-level", "error"] + options)
        try daemon.start()
        #expect(try daemon.aniwho("enroll", "--from-folders", "enroll", "--images-per-character", "3").status == 0)
        return daemon
    }

    private func answers(_ daemon: TestDaemon) throws -> String {
        try daemon.aniwho("classify", "ask/Iori Namisato", "strangers", "--json").out
    }

    @Test func `each change is taken back, over a restart of the daemon`() throws {
        let daemon = try populated()
        let before = try answers(daemon)
        #expect(try daemon.aniwho("undo").status == 4)
        #expect(try daemon.aniwho("undo").error.contains("nothing to undo"))
        #expect(try daemon.aniwho("trash", "list").out == "the trash is empty\n")
        #expect(try daemon.aniwho("status").out.contains("trash       empty\n"))

        let removed = try daemon.aniwho("characters", "remove", "Iori Namisato")
        #expect(removed.out == "removed Iori Namisato and 3 images\n")
        #expect(try answers(daemon) != before)
        #expect(daemon.stop() == 0)
        try daemon.start()
        #expect(try daemon.aniwho("status").out.contains("trash       1 change with 3 pictures, "))
        let list = try daemon.aniwho("trash", "list").out
        #expect(list.contains("removed Iori Namisato with 3 images") && list.contains("aniwho trash restore"))
        let undone = try daemon.aniwho("undo")
        #expect(
            undone.status == 0
                && undone.out
                    == "took back change 1, which removed Iori Namisato with 3 images: 3 pictures came back\n"
        )
        #expect(try answers(daemon) == before)

        _ = try daemon.aniwho("characters", "merge", "Iori Namisato", "Nagi Yukitani")
        #expect(try daemon.aniwho("undo", "--json").out.contains(#""kind" : "character.merge""#))
        #expect(try answers(daemon) == before)
        let images = try daemon.client.entries(ListImages.self, .init(name: "Iori Namisato"))
        let first = String(images[0].id)
        _ = try daemon.aniwho("characters", "split", "Iori Namisato", "Another", first)
        _ = try daemon.aniwho("images", "remove", first)
        #expect(try daemon.aniwho("trash", "restore", "x").status == 2)
        #expect(try daemon.aniwho("trash", "restore", "9").status == 4)
        #expect(try daemon.aniwho("trash", "restore", "3", "4").status == 0)
        #expect(try answers(daemon) == before)
        #expect(try daemon.check().status == 0)

        _ = try daemon.aniwho("images", "remove", first)
        #expect(try daemon.aniwho("trash", "empty", "--yes").out.hasPrefix("removed 1 change with 1 picture, "))
        #expect(try daemon.aniwho("undo").status == 4)
        let audit = try daemon.aniwho("audit").out
        #expect(audit.contains("trash.undo") && audit.contains("trash.restore") && audit.contains("trash.empty"))
    }

    @Test func `a name that is taken gives advice`() throws {
        let daemon = try populated()
        _ = try daemon.aniwho("characters", "remove", "Iori Namisato")
        _ = try daemon.aniwho("enroll", "Iori Namisato", "strangers/1.png")
        let undone = try daemon.aniwho("undo")
        #expect(undone.status == 6 && undone.error.contains("aniwho characters rename"))
        _ = try daemon.aniwho("characters", "rename", "Iori Namisato", "Iori")
        #expect(try daemon.aniwho("undo").status == 0)
    }

    /// Whenever the kill comes, each character is either there or in the trash, whole.
    @Test(arguments: [0.05, 0.12, 0.2]) func `a killed daemon loses nothing`(after seconds: Double) throws {
        let daemon = try populated()
        let before = try answers(daemon)
        let pid = daemon.processID
        let killer = Thread {
            Thread.sleep(forTimeInterval: seconds)
            kill(pid, SIGKILL)
        }
        let (client, names) = (
            daemon.client, try daemon.client.entries(ListCharacters.self, .init()).map(\.name)
        )
        killer.start()
        removing: while true {
            for name in names {
                guard (try? client.call(RemoveCharacter.self, NamedRequest(name: name))) != nil else { break removing }
            }
            for _ in names {
                guard (try? client.call(UndoChange.self, .init())) != nil else { break removing }
            }
        }
        _ = daemon.stop(SIGKILL)
        try daemon.start()
        #expect(try daemon.check().status == 0)
        while (try? daemon.client.call(UndoChange.self, .init())) != nil {}
        #expect(try daemon.client.call(ListTrash.self, .init()).changes.isEmpty)
        #expect(try answers(daemon) == before)
    }

    @Test(.enabled(if: TestDaemon.hasTerminal)) func `undo asks on a terminal`() throws {
        let daemon = try populated()
        _ = try daemon.aniwho("characters", "remove", "Iori Namisato")
        let asked = try daemon.aniwho(onTerminal: "undo", typing: "n\n")
        #expect(asked.out.contains("removed Iori Namisato with 3 images?") && asked.out.contains("nothing was changed"))
        #expect(try daemon.client.call(ListTrash.self, .init()).changes.count == 1)
    }
}
