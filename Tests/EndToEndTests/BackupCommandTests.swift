import API
import Client
import Foundation
import TestSupport
import Testing

/// A registry's way into a file and back, with the real programs.
@Suite(.serialized) struct BackupCommandTests {
    private static func enrolled() throws -> TestDaemon {
        let daemon = try TestDaemon()
        try daemon.start()
        _ = try daemon.aniwho("enroll", "--from-folders", "enroll")
        return daemon
    }

    @Test(.onFiles) func backUpVerifyRestoreClassify() throws {
        let daemon = try Self.enrolled()
        let before = try daemon.aniwho("classify", "ask/Iori Namisato", "strangers", "--json")
        let file = daemon.home + "/b"
        let written = try daemon.aniwho("backup", "create", file)
        #expect(written.status == 0 && written.out.contains("wrote \(file)"))
        let again = try daemon.aniwho("backup", "create", file)
        #expect(again.status == ExitCode.conflict.rawValue && again.error.contains("--force"))
        #expect(try daemon.aniwho("backup", "create", file, "--force").status == 0)

        let verified = try daemon.aniwho("backup", "verify", file)
        #expect(
            verified.status == 0 && verified.out.contains("characters  12") && verified.out.contains("images      60"))
        let data = daemon.home + "/data"
        let held = try daemon.aniwho("backup", "restore", file, data, "--force")
        #expect(held.status == ExitCode.conflict.rawValue && held.error.contains("stop it"))

        _ = try daemon.aniwho("characters", "remove", "Iori Namisato")
        #expect(daemon.stop() == 0)
        #expect(try daemon.aniwho("backup", "restore", file, data).error.contains("not empty"))
        let restored = try daemon.aniwho("backup", "restore", file, data, "--force")
        #expect(restored.status == 0 && restored.error.contains("aniwho.db.replaced"))
        try daemon.start()
        #expect(try daemon.aniwho("classify", "ask/Iori Namisato", "strangers", "--json").out == before.out)

        let audit = try daemon.aniwho("audit", "--limit", "3")
        #expect(audit.status == 0 && audit.out.contains("registry.restore"))
        let last = try daemon.client.call(ListAudit.self, .init(limit: 1)).changes
        #expect(last.first?.action == "registry.restore" && last.first?.uid == Int(getuid()))
    }

    @Test(.onFiles) func badInputGetsClearErrors() throws {
        let daemon = try Self.enrolled()
        #expect(try daemon.aniwho("backup", "verify", daemon.home + "/nothing").status == ExitCode.notFound.rawValue)
        let picture = try daemon.aniwho("backup", "verify", "strangers/1.png")
        #expect(picture.status == ExitCode.badInput.rawValue && picture.error.contains("is not a backup"))
        let live = try daemon.aniwho("backup", "verify", daemon.home + "/data/aniwho.db")
        #expect(live.status == ExitCode.badInput.rawValue && live.error.contains("aniwho backup create FILE"))
        #expect(try daemon.aniwho("backup", "create", daemon.home + "/none/b").status == ExitCode.storage.rawValue)
        #expect(
            try daemon.aniwho("backup", "create", daemon.home + "/data/aniwho.db", "--force").status
                == ExitCode.badInput.rawValue)
        #expect(try daemon.aniwho("backup", "restore", "strangers/1.png", daemon.home + "/new").status != 0)
        #expect(!FileManager.default.fileExists(atPath: daemon.home + "/new"))
        #expect(try daemon.aniwho("classify", "strangers/1.png").status == 0)
    }

    /// A daemon killed while it writes leaves no backup, and the next one is written as if nothing had been.
    @Test(.onFiles) func aKilledDaemonLeavesNoBackup() throws {
        let daemon = try Self.enrolled()
        let file = daemon.home + "/b"
        let (pid, partial) = (daemon.processID, daemon.home + "/.b.partial")
        let killer = Thread {
            while !FileManager.default.fileExists(atPath: partial) {}
            kill(pid, SIGKILL)
        }
        killer.start()
        let result = try daemon.aniwho("backup", "create", file)
        _ = daemon.stop(SIGKILL)
        if result.status == 0 {
            #expect(try daemon.aniwho("backup", "verify", file).status == 0)
        } else {
            #expect(!FileManager.default.fileExists(atPath: file))
        }
        try daemon.start()
        #expect(try daemon.aniwho("backup", "create", file, "--force").status == 0)
        #expect(!FileManager.default.fileExists(atPath: partial))
        #expect(try daemon.aniwho("backup", "verify", file).status == 0)
    }

    @Test func theAuditTellsWhoChangedWhat() throws {
        let daemon = try Self.enrolled()
        _ = try daemon.aniwho("characters", "rename", "Iori Namisato", "Iori")
        let changes = try daemon.client.call(ListAudit.self, .init(limit: 2)).changes
        #expect(changes.map(\.action).first == "character.rename" && changes[0].subject == "Iori Namisato")
        #expect(changes[0].uid == Int(getuid()) && changes[0].detail["to"]?.string == "Iori")
        let all = try daemon.aniwho("audit", "--limit", "5000", "--json")
        let list = try JSON.decode([AuditEntry].self, from: Data(all.out.utf8))
        #expect(list.filter { $0.action == "image.add" }.count == 60)
        #expect(list.map(\.id) == list.map(\.id).sorted(by: >))
        #expect(try daemon.aniwho("audit", "--since", "1h").out.contains("character.rename"))
        let none = try daemon.aniwho("audit", "--since", "2999-01-01", "--json")
        #expect(none.status == 0 && !none.out.contains("character"))
        #expect(try daemon.aniwho("audit", "--since", "yesterday").status == ExitCode.usage.rawValue)
    }
}
