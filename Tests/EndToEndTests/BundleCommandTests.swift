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
