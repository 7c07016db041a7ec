import API
import Client
import Foundation
import Testing

/// A registry's way to another machine, with the real programs.
@Suite(.serialized) struct BundleCommandTests {
    @Test func exportAndImport() throws {
        let source = try TestDaemon()
        try source.start()
        _ = try source.aniwho("enroll", "--from-folders", "enroll")
        let folder = source.home + "/bundle"
        let written = try source.aniwho("bundle", "export", folder)
        #expect(written.status == 0 && written.out.contains("12 characters, 60 images"), "\(written.error)")
        let again = try source.aniwho("bundle", "export", folder)
        #expect(again.status == ExitCode.conflict.rawValue && again.error.contains("exists already"))

        let same = try TestDaemon()
        try same.start()
        let imported = try same.aniwho("bundle", "import", folder)
        #expect(imported.status == 0 && imported.out.contains("vectors taken over"), "\(imported.error)")
        let question = ["classify", "ask/Iori Namisato", "strangers", "--json"]
        let (before, after) = (try source.aniwho(question).out, try same.aniwho(question).out)
        func names(_ text: String) throws -> [String?] {
            try JSONDecoder().decode([Named].self, from: Data(text.utf8)).map(\.character)
        }
        #expect(try names(after) == names(before) && names(after).prefix(3).allSatisfy { $0 == "Iori Namisato" })
        let twice = try same.aniwho("bundle", "import", folder)
        #expect(twice.status == ExitCode.conflict.rawValue && twice.error.contains("--merge"))
        #expect(try same.aniwho("bundle", "import", folder, "--merge").out.contains("60 images enrolled already"))

        let other = try TestDaemon(options: [
            "--log-level", "error", "--model", TestDaemon.root + "/models/resnet12.safetensors",
        ])
        try other.start()
        let embedded = try other.aniwho("bundle", "import", folder)
        #expect(embedded.status == 0 && embedded.out.contains("60 embedded again"), "\(embedded.error)")
        #expect(try other.client.call(GetStatus.self).prototypes == 12)
    }

    @Test func aSignedPackMakesACastKnown() throws {
        let source = try TestDaemon()
        try source.start()
        _ = try source.aniwho("enroll", "--from-folders", "enroll")
        let (folder, key) = (source.home + "/cast", source.home + "/key")
        let keygen = Process()
        keygen.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
        keygen.arguments = ["-q", "-t", "ed25519", "-N", "", "-f", key]
        try keygen.run()
        keygen.waitUntilExit()
        let list = source.home + "/allowed"
        try "maker@example.org \(String(contentsOfFile: key + ".pub", encoding: .utf8))".write(
            toFile: list, atomically: true, encoding: .utf8)
        #expect(try source.aniwho("bundle", "export", folder, "--sign-key", key).status == ExitCode.usage.rawValue)
        let missing = try source.aniwho("bundle", "export", folder, "--without-pictures", "--sign-key", key + "2")
        #expect(missing.status == ExitCode.notFound.rawValue && !FileManager.default.fileExists(atPath: folder))
        let written = try source.aniwho(
            "bundle", "export", folder, "--without-pictures", "--name", "Harbor", "--sign-key", key)
        #expect(
            written.status == 0 && written.out.contains("12 characters, 60 vectors without pictures, signed"),
            "\(written.error)")

        let target = try TestDaemon()
        try target.start()
        let signer = ["--allowed-signers", list, "--signer"]
        let refused = try target.aniwho(["bundle", "import", folder] + signer + ["friend@example.org"])
        #expect(refused.status == ExitCode.badInput.rawValue && refused.error.contains("by another key"))
        let imported = try target.aniwho(["bundle", "import", folder] + signer + ["maker@example.org"])
        #expect(
            imported.status == 0 && imported.out.contains("60 vectors without pictures")
                && imported.out.contains("cast pack 1, signed by maker@example.org"), "\(imported.error)")
        let packs = try target.aniwho("packs", "list").out
        #expect(packs.contains("Harbor") && packs.contains("maker@example.org"))
        let question = ["classify", "ask/Iori Namisato", "strangers", "--json"]
        func names(_ text: String) throws -> [String?] {
            try JSONDecoder().decode([Named].self, from: Data(text.utf8)).map(\.character)
        }
        #expect(try names(target.aniwho(question).out) == names(source.aniwho(question).out))
        let picture = "ask/Iori Namisato/1.png"
        #expect(try target.aniwho("explain", picture).out.contains("cast pack Harbor, no picture"))
        #expect(try target.aniwho("similar", picture).out.contains("cast pack Harbor, no picture"))
        let shown = try target.aniwho("characters", "show", "Iori Namisato").out
        #expect(shown.contains("5 vectors of cast packs without pictures"))
        #expect(try target.aniwho("characters", "list").out.contains("CAST PACKS"))
        let export = try target.aniwho("export", target.home + "/pictures")
        #expect(export.status == 0 && export.error.contains("60 vectors of cast packs left out"), "\(export.error)")
        let removed = try target.aniwho("packs", "remove", "1")
        #expect(removed.out.contains("60 vectors, and 12 characters that had nothing else"), "\(removed.error)")
        #expect(try target.aniwho("packs", "list").out.contains("no cast pack is here"))
        #expect(
            try target.aniwho("undo").out.contains(
                "removed the cast pack Harbor with 60 vectors: 60 pictures came back"))
        #expect(try names(target.aniwho(question).out) == names(source.aniwho(question).out))
    }

    private struct Named: Decodable { let character: String? }

    @Test func badInputGetsClearErrors() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let none = try daemon.aniwho("bundle", "import", daemon.home + "/none")
        #expect(none.status == ExitCode.badInput.rawValue && none.error.contains("is not a bundle"))
        #expect(try daemon.aniwho("bundle", "import", "enroll").status == ExitCode.badInput.rawValue)
        #expect(try daemon.aniwho("bundle", "export").status == ExitCode.usage.rawValue)
        let written = try daemon.aniwho("bundle", "export", daemon.home + "/none/bundle")
        #expect(written.status == ExitCode.storage.rawValue, "\(written.error)")
    }
}
