import API
import Client
import Foundation
import TestSupport
import Testing

/// Names that are not UTF-8 or hold control characters, and folders that are not enrolled as a whole.
@Suite struct ForeignNameTests {
    private static let picture = "'\(TestDaemon.samples)/ask/Iori Namisato/1.png'"

    @Test func `names that are not UTF-8 are refused, and never merged`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let output = try daemon.shell(
            #"""
            p=\#(Self.picture)
            aniwho enroll $'\xa5\xa2\xa5\xa4' "$p"; test $? = 2 || exit 20
            mkdir -p all/ok; d=$'all/\x8f\x89\x89\xb9'; mkdir "$d"; cp "$p" all/ok; cp "$p" "$d"
            aniwho enroll --from-folders all; test $? = 5 || exit 21
            cp "$p" $'all/ok/\xff.png'
            aniwho classify all/ok; test $? = 5 || exit 22
            ls -d all/ok/*.png | aniwho classify --files-from -; test $? = 5
            """#)
        #expect(output.status == 0, "\(output.error)")
        #expect(output.error.contains(#"\xA5\xA2\xA5\xA4 is not UTF-8"#))
        #expect(output.error.contains(#"left out: all/\x8F\x89\x89\xB9: the name is not UTF-8"#))
        #expect(output.error.contains(#"the list names all/ok/\xFF.png, which is not UTF-8"#))
        #expect(
            try daemon.client.entries(ListCharacters.self, .init()).map(\.name) == ["ok"])
    }

    @Test func `what is not enrolled is named, and the rest is enrolled`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let output = try daemon.shell(
            """
            mkdir -p f/A f/B/sub f/C f/_unknown; cp \(Self.picture) f/A/1.png; cp f/A/1.png f/B/sub/; cp f/A/1.png f/_unknown
            cp '\(TestDaemon.samples)/ask/Iori Namisato/2.png' f/A/2.jfif
            : >f/A/x.psd; cp f/A/1.png f/A/picture; : >f/A/notes.txt; cp f/A/1.png f/loose.png
            aniwho enroll --from-folders f; test $? = 5
            """)
        #expect(output.status == 0, "\(output.error)")
        #expect(output.out.contains("enrolled 1 character (1 new) with 2 new images"))
        for line in [
            "f/B/sub: a folder inside", "f/B: it holds no pictures", "f/C: it holds no pictures",
            "f/A/x.psd: PSD pictures are not supported", "f/A/picture: its name", "f/loose.png: it lies beside",
        ] { #expect(output.error.contains("left out: " + line)) }
        #expect(output.error.contains("f/_unknown left out") && output.error.contains("1 other file left out"))
    }

    @Test(.enabled(if: getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
    func `an unreadable folder does not stop the others`() throws {
        let daemon = try TestDaemon(options: ["--log-level", "error", "--operators", "1000"])
        try daemon.start()
        let folder = daemon.home + "/u"
        _ = try daemon.shell(
            "mkdir -p u/ok u/lost+found; cp \(Self.picture) u/ok; chmod 700 u/lost+found; chmod 755 . u u/ok")
        let output = try daemon.aniwho(["enroll", "--from-folders", folder], as: 1000)
        #expect(output.error.contains("lost+found cannot be read: permission denied"))
        // The rest was enrolled: this is the status of what was left out, not of a refusal.
        #expect(output.status == ExitCode.badInput.rawValue, "\(output.error)")
        #expect(
            try daemon.client.entries(ListCharacters.self, .init()).map(\.name) == ["ok"])
    }

    @Test func `no control character reaches the terminal`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let output = try daemon.shell(
            #"""
            n=$'a\e[2J\nb\u202e.png'; cp \#(Self.picture) "$n"
            aniwho classify "$n"; aniwho explain "$n"; aniwho classify $'no\e[2J.png'; aniwho enroll Rei "$n"
            aniwho enroll Rei "$n"; aniwho similar "$n"; aniwho characters show Rei
            """#)
        #expect(!(output.out + output.error).unicodeScalars.contains("\u{1B}"))
        #expect(!(output.out + output.error).unicodeScalars.contains("\u{202E}"))
        #expect(output.out.contains(#"a\x1B[2J\nb\u202E.png"#) && output.error.contains(#"no file no\x1B[2J.png"#))
        let images = try daemon.client.entries(ListImages.self, .init(name: "Rei"))
        #expect(images.first?.source == "a\u{1B}[2J\nb\u{202E}.png")
    }

    @Test func `check looks where the daemon does, and a failed call says why`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        if TestDatabase.isFile {
            #expect(try daemon.shell("env -u ANIWHO_DATA aniwho check").out.hasPrefix(daemon.home + "/data is whole"))
        }
        let folder = try daemon.shell("aniwho status --socket . ; aniwho status --socket ./none")
        #expect(folder.error.contains(". is no socket") && folder.error.contains("the daemon is not running at ./none"))
        let few = try daemon.shell("bash -c 'ulimit -n 4; exec aniwho status'")
        #expect(few.status != 0 && !few.error.contains("is not running"), "\(few.error)")
        let kept = try daemon.shell(
            "mkdir d; aniwho classify \(Self.picture) --sort-into /proc/none; aniwho export /proc/none")
        #expect(!kept.error.contains("NSCocoa"), "\(kept.error)")
    }
}
