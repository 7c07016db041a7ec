import Foundation
import Testing

/// Output that cannot be written, and files of special kinds as output, with the real programs.
@Suite struct OutputTests {
    @Test(arguments: [
        "characters list", "characters list --json", "status", "classify $S/strangers --csv",
        "models describe resnet12",
        "--help", "--version", "help", "classify --help", "verify $S/strangers/1.png $S/strangers/2.png",
        "completion bash", "manual",
    ])
    func `a full disk ends every command with status 7`(command: String) throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let line = "S=\(TestDaemon.samples); aniwho \(command)"
        let full = try daemon.shell("\(line) >/dev/full")
        #expect(full.status == 7 && full.error.contains("cannot write the output: no space left on device"))
        #expect(try daemon.shell("\(line) >&-").status == 7)
        // Nobody reads any more: 128 + SIGPIPE, and not a word.
        let closed = try daemon.shell("\(line) | true; echo ${PIPESTATUS[0]}")
        #expect(["0\n", "141\n"].contains(closed.out) && closed.error.isEmpty || command.hasPrefix("verify"))
    }

    @Test(arguments: ["--help", "--version", "--check-config", "--manual"])
    func `a full disk ends the daemon's printing with status 7`(option: String) throws {
        let daemon = try TestDaemon()
        let full = try daemon.shell("aniwhod \(option) >/dev/full")
        #expect(full.status == 7 && full.error == "aniwhod: cannot write the output: no space left on device\n")
        #expect(try daemon.shell("aniwhod \(option) >&-").status == 7)
        #expect(try daemon.shell("aniwhod \(option) >/dev/full 2>&1").status == 7)
        let closed = try daemon.shell("aniwhod \(option) | true; echo ${PIPESTATUS[0]}")
        #expect(["0\n", "141\n"].contains(closed.out) && closed.error.isEmpty)
        #expect(try daemon.shell("aniwhod \(option)").out.isEmpty == false)
        #expect(try daemon.shell("aniwhod --no-such-option 2>/dev/full").status == 2)
    }

    @Test func `a reader that goes away ends the command silently`() throws {
        let daemon = try TestDaemon()
        let output = try daemon.shell("{ sleep 1; aniwho manual --markdown; echo $? >&2; } | sleep 0.1")
        #expect(output.error == "141\n")
    }

    @Test(arguments: ["", "--json"])
    func `a token that cannot be printed is revoked`(option: String) throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let lost = try daemon.shell("aniwho tokens create app \(option) >/dev/full")
        #expect(lost.status == 7 && lost.error.contains("revoked again"))
        let unread = try daemon.shell("{ sleep 1; aniwho tokens create app \(option); } | sleep 0.1")
        #expect(unread.error.contains("revoked again"))
        #expect(try daemon.aniwho("tokens", "list").out.contains("there are no tokens"))
        #expect(try daemon.aniwho("tokens", "create", "app").status == 0)
    }

    @Test func `links, devices and pipes stay what they are`() throws {
        let daemon = try TestDaemon()
        let embed = "aniwho embed \(TestDaemon.samples)/strangers --output"
        let output = try daemon.shell(
            """
            : >target; ln -s target link; ln -s new dangling; mkfifo pipe; mkdir folder
            \(embed) link && \(embed) dangling && \(embed) file || exit 20
            cat pipe >piped & \(embed) pipe || exit 21; wait
            test -L link -a -L dangling -a -p pipe || exit 22
            cmp target file && cmp new file && cmp piped file || exit 23
            \(embed) /dev/full; test $? = 7 -a -c /dev/full || exit 24
            \(embed) /dev/null; test -c /dev/null || exit 25
            \(embed) folder; test $? = 7 || exit 26
            \(embed) /dev/stdout >>written; head -c 1000 written | cmp - <(head -c 1000 file)
            """)
        #expect(output.status == 0, "\(output.error)")
        #expect(output.error.contains("cannot write /dev/full: no space left on device"))
        #expect(output.error.contains("cannot write folder: it is a folder"))
    }
}
