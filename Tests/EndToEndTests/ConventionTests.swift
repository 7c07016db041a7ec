import API
import Client
import Foundation
import Testing

/// What all commands have in common, with the real programs: JSON, pictures from pipes, quiet, color, questions.
@Suite(.serialized) struct ConventionTests {
    private static let picture = TestDaemon.samples + "/ask/Iori Namisato/1.png"

    private static func enrolled() throws -> TestDaemon {
        let daemon = try TestDaemon()
        try daemon.start()
        for name in ["Iori Namisato", "Kaede Mizunuma"] { _ = try daemon.aniwho("enroll", name, "enroll/\(name)") }
        return daemon
    }

    private struct Answer: Decodable {
        let image: String
        let character: String?
    }

    private func answers(_ output: TestDaemon.Output) throws -> [Answer] {
        try JSONDecoder().decode([Answer].self, from: Data(output.out.utf8))
    }

    @Test func `a picture comes from standard input, a pipe or a device`() throws {
        let daemon = try Self.enrolled()
        let bytes = try Data(contentsOf: URL(filePath: Self.picture))
        for path in ["-", "/dev/stdin", "/dev/fd/0"] {
            let result = try daemon.aniwho(["classify", path, "--json"], input: bytes)
            #expect(result.status == 0, "\(path): \(result.error)")
            let answer = try answers(result)
            #expect(answer.map(\.image) == [path] && answer.map(\.character) == ["Iori Namisato"])
        }
        let verified = try daemon.aniwho(["verify", "-", "ask/Iori Namisato/1.png"], input: bytes)
        #expect(verified.out.hasPrefix("yes"), "\(verified.error)")
        #expect(try daemon.aniwho(["explain", "-"], input: bytes).out.hasPrefix("-: Iori Namisato"))
        let sorted = daemon.home + "/sorted"
        #expect(try daemon.aniwho(["classify", "-", "--sort-into", sorted], input: bytes).status == 0)
        #expect(try Data(contentsOf: URL(filePath: sorted + "/Iori Namisato/stdin.png")) == bytes)
        #expect(try daemon.aniwho(["classify", "-", "--sort-into", sorted, "--link"], input: bytes).status == 2)
        #expect(try daemon.aniwho(["enroll", "New", "-"], input: bytes).out.contains("enrolled New: 1 new image"))
        #expect(try daemon.aniwho(["classify", "-"], input: Data("no picture".utf8)).status == 5)
        #expect(try daemon.aniwho(["classify", "-"]).status == 5)
    }

    @Test func `a list of files names pictures`() throws {
        let daemon = try Self.enrolled()
        let list = "ask/Iori Namisato/1.png\nask/Iori Namisato/2.png\n"
        let lines = try daemon.aniwho(["classify", "--files-from", "-", "--json"], input: Data(list.utf8))
        #expect(try answers(lines).count == 2, "\(lines.error)")
        let file = daemon.home + "/list"
        try Data("ask/Iori Namisato/1.png\0strangers\0".utf8).write(to: URL(filePath: file))
        let nulls = try daemon.aniwho("classify", "--files-from", file, "--null", "ask/Iori Namisato/2.png", "--json")
        #expect(try answers(nulls).first?.image == "ask/Iori Namisato/2.png")
        #expect(try answers(nulls).count > 3)
        let enrolled = try daemon.aniwho(["enroll", "New", "--files-from", "-"], input: Data("strangers/1.png".utf8))
        #expect(enrolled.out.contains("enrolled New: 1 new image"), "\(enrolled.error)")
        #expect(try daemon.aniwho("classify", "--files-from", daemon.home + "/none").status == 4)
        #expect(try daemon.aniwho("classify", "--null", "x.png").error.contains("--null goes with --files-from"))
        #expect(try daemon.aniwho(["classify", "--files-from", "-"], input: Data()).error.contains("IMAGE is missing"))
    }

    @Test func `every bad picture is named, then how many are`() throws {
        let daemon = try Self.enrolled()
        for name in ["a.png", "b.png"] {
            try Data("no picture".utf8).write(to: URL(filePath: "\(daemon.home)/\(name)"))
        }
        let bad = ["a.png", "b.png"].map { "\(daemon.home)/\($0)" }
        let classified = try daemon.aniwho(["classify", "ask/Iori Namisato/1.png"] + bad)
        #expect(classified.status == 5 && classified.out.contains("Iori Namisato"))
        let enrolled = try daemon.aniwho(["enroll", "New", "strangers/1.png"] + bad)
        #expect(enrolled.status == 5 && enrolled.error.contains("2 of 3 pictures are bad; nothing was enrolled"))
        for result in [classified, enrolled] {
            let lines = result.error.split(separator: "\n")
            #expect(lines.count == 3 && lines.last?.hasPrefix("aniwho: 2 of 3 pictures") == true, "\(result.error)")
            for path in bad { #expect(lines.count { $0.contains(path) } == 1) }
        }
        let missing = try daemon.aniwho("enroll", "New", "none1.png", "strangers/1.png", "none2.png")
        #expect(missing.status == 4 && missing.error.contains("none1.png") && missing.error.contains("none2.png"))
        #expect(try daemon.client.call(GetStatus.self).characters == 2)
    }

    @Test func `an error is JSON where the result would be`() throws {
        let daemon = try Self.enrolled()
        func error(_ arguments: String...) throws -> (status: Int32, code: String?, message: String?) {
            let output = try daemon.aniwho(arguments)
            #expect(output.out.isEmpty && output.error.split(separator: "\n").count == 1, "\(output.error)")
            let body = try JSON.decode([String: [String: String]].self, from: Data(output.error.utf8))
            #expect(Set(body["error"]?.keys.map { $0 } ?? []) == ["code", "message"])
            return (output.status, body["error"]?["code"], body["error"]?["message"])
        }
        let missing = try error("characters", "show", "Nobody", "--json")
        #expect(missing.status == 4 && missing.code == "character_not_found" && missing.message != nil)
        let usage = try error("--json", "classify", "--tops", "3")
        #expect(usage.status == 2 && usage.code == "usage" && usage.message?.contains("did you mean --top?") == true)
        let bad = try error("enroll", "New", "none1.png", "none2.png", "--json")
        #expect(
            bad.code == "file_not_found" && bad.message?.contains("none1.png\nthere is no file none2.png\n2 of") == true
        )
        let unknown = try error("clasify", "--json")
        #expect(unknown.code == "usage" && unknown.message?.contains("did you mean classify?") == true)
    }

    /// An array for a list, an object for everything else.
    @Test func `commands print JSON`() throws {
        let daemon = try Self.enrolled()
        func json(_ arguments: String...) throws -> Any {
            let output = try daemon.aniwho(arguments + ["--json"])
            #expect(output.status == 0, "\(arguments): \(output.error)")
            return try JSONSerialization.jsonObject(with: Data(output.out.utf8))
        }
        _ = try daemon.aniwho("classify", "--keep-unknown", "strangers")
        for list in ["characters", "inbox", "tags", "models", "heads", "classifiers", "jobs", "tokens", "rejections"] {
            #expect(try json(list, "list") is [[String: Any]], "\(list)")
        }
        _ = try daemon.aniwho("tags", "add", "Iori Namisato", "blue")
        #expect((try json("tags", "list", "Iori Namisato") as? [[String: Any]])?.first?["name"] as? String == "blue")
        let renamed = try json("characters", "rename", "Kaede Mizunuma", "Kaede") as? [String: Any]
        #expect(renamed?["name"] as? String == "Kaede")
        #expect(try json("reject", "strangers/1.png", "Kaede") is [Any])
        #expect((try json("images", "remove", "1") as? [[String: Any]])?.first?["id"] as? Int == 1)
        #expect((try json("characters", "remove", "Kaede") as? [String: Any])?["name"] as? String == "Kaede")
        #expect(try json("completion", "bash") is [String: Any] && json("manual", "status") is [String: Any])
        let output = daemon.home + "/features.safetensors"
        let embedded = try json("embed", "strangers", "--output", output) as? [String: Any]
        #expect(embedded?["embeddings"] as? Int == 2 && embedded?["output"] as? String == output)
    }

    @Test func `models are imported and removed`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let file = TestDaemon.root + "/models/resnet12.safetensors"
        let imported = try daemon.aniwho("models", "import", file, "--name", "other", "--json")
        #expect(try JSON.decode(ModelSummary.self, from: Data(imported.out.utf8)).name == "other")
        #expect(try daemon.aniwho("models", "remove", "mobilenetv2").status == ExitCode.conflict.rawValue)
        #expect(try daemon.aniwho("models", "remove", "other").out == "removed other\n")
        #expect(try daemon.aniwho("models", "remove", "other").status == ExitCode.notFound.rawValue)
        #expect(try daemon.client.entries(ListModels.self).map(\.name) == ["mobilenetv2"])
    }

    @Test func `quiet leaves errors, verbose adds calls`() throws {
        let daemon = try Self.enrolled()
        let sorted = daemon.home + "/sorted"
        let quiet = try daemon.aniwho("classify", "strangers", "--sort-into", sorted, "--keep-unknown", "--quiet")
        #expect(quiet.status == 0 && quiet.error.isEmpty && quiet.out.isEmpty)
        #expect(try daemon.aniwho("--quiet", "classify", "none.png").error.contains("none.png"))
        let verbose = try daemon.aniwho("characters", "show", "Nobody", "--verbose")
        #expect(verbose.error.contains(/GET \/v1\/characters\/Nobody 404 [\d.]+ ms\n/))
        #expect(try daemon.aniwho("status", "--quiet", "--verbose").status == 2)
    }

    @Test(.enabled(if: TestDaemon.hasTerminal, "script of util-linux makes the terminal"))
    func `color on a terminal only, and not where the environment forbids it`() throws {
        let daemon = try Self.enrolled()
        #expect(try daemon.aniwho(onTerminal: "characters list").out.contains("\u{1B}[1mNAME"))
        #expect(try daemon.aniwho(onTerminal: "nothing").out.contains("\u{1B}[31maniwho:\u{1B}[0m"))
        for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let plain = try daemon.aniwho(onTerminal: "characters list", environment: environment)
            #expect(plain.out.contains("NAME") && !plain.out.contains("\u{1B}"), "\(environment)")
        }
        #expect(try !daemon.aniwho("characters", "list").out.contains("\u{1B}"))
    }

    @Test(.enabled(if: TestDaemon.hasTerminal, "script of util-linux makes the terminal"))
    func `what removes asks on a terminal`() throws {
        let daemon = try Self.enrolled()
        let remove = "characters remove 'Iori Namisato'"
        for answer in ["n\n", "\n", "nonsense\n"] {
            let kept = try daemon.aniwho(onTerminal: remove, typing: answer)
            #expect(kept.status == ExitCode.interrupted.rawValue && kept.out.contains("nothing was changed"))
            #expect(kept.out.contains("Remove Iori Namisato with 5 images? [y/N] "))
        }
        #expect(try daemon.client.call(GetStatus.self).characters == 2)
        let removed = try daemon.aniwho(onTerminal: remove, typing: "y\n")
        #expect(removed.status == 0 && removed.out.contains("removed Iori Namisato and 5 images"))
        let told = try daemon.aniwho(onTerminal: "characters remove 'Kaede Mizunuma' --yes")
        #expect(told.status == 0 && !told.out.contains("[y/N]"))
        #expect(try daemon.client.call(GetStatus.self).characters == 0)
    }

    @Test func `help of subjects, and old forms refused with the new one`() throws {
        let daemon = try TestDaemon()
        let subject = try daemon.aniwho("help", "backups")
        #expect(subject.status == 0 && subject.out.contains("aniwho backup create"))
        #expect(try daemon.aniwho("backup", "--help").out == subject.out)
        #expect(
            try daemon.aniwho("help", "characters", "list").out == daemon.aniwho("characters", "list", "--help").out)
        #expect(try daemon.aniwho("help").out == daemon.aniwho("--help").out)
        #expect(try daemon.aniwho("help", "backupz").error.contains("did you mean backups?"))
        let group = try daemon.aniwho("backup")
        #expect(group.status == 2 && group.error.contains("aniwho backup create"))
        let old = try daemon.aniwho("verify-backup", "x")
        #expect(
            old.status == 2
                && old.error
                    == "aniwho: there is no command verify-backup; since 0.2.0 it is: aniwho backup verify FILE\n"
        )
        #expect(try daemon.aniwho("backup", "x").error.contains("since 0.2.0 it is: aniwho backup create FILE"))
        let option = try daemon.aniwho("images", "move", "1", "--to", "A")
        #expect(option.status == 2 && option.error.contains("since 0.2.0 it is: aniwho images move ID… NAME"))
    }
}
