import API
import Client
import Foundation
import Testing

/// Links among pictures and models, and names as long as a file's can be.
@Suite struct LinkTests {
    private static let picture = "'\(TestDaemon.samples)/ask/Iori Namisato/1.png'"

    @Test(arguments: ["", "--link"])
    func `of a link the picture is sorted, once`(option: String) throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let output = try daemon.shell(
            """
            mkdir annex pictures; cp \(Self.picture) annex/object; ln -s ../annex/object pictures/p.png
            aniwho classify pictures --sort-into out \(option) || exit 20
            test ! -L out/_unknown/p.png && cmp annex/object out/_unknown/p.png || exit 21
            aniwho classify pictures --sort-into out \(option) || exit 22
            test $(ls out/_unknown | wc -l) = 1 || exit 23
            rm out/_unknown/p.png; ln -s nowhere out/_unknown/p.png
            aniwho classify pictures --sort-into out \(option) || exit 24
            cmp annex/object "out/_unknown/p (2).png"
            """)
        #expect(output.status == 0, "\(output.error)")
        #expect(output.error.contains("1 picture put into out") && output.error.contains("1 there already"))
    }

    @Test func `of a link the file is imported`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let output = try daemon.shell(
            """
            cp \(TestDaemon.root)/models/*.safetensors . ; f=$(ls mobilenetv2*.safetensors | head -1); ln -s $f link; mkfifo pipe
            aniwho models import link --name linked; test $? = 6 || exit 20
            aniwho models import . --name folder; test $? = 4 || exit 21
            aniwho models import pipe --name piped & sleep 1; : >pipe; wait $!; test $? = 4
            """)
        #expect(output.status == 0, "\(output.error)")
        // The daemon got the whole file: it knows the model by its hash.
        #expect(output.error.contains("already imported, as 'mobilenetv2'"))
        #expect(output.error.contains("no regular file"))
    }

    @Test func `the longest names are sorted, and all answers are printed`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let name = String(repeating: "長", count: 83) + ".png"
        let output = try daemon.shell(
            """
            mkdir a b; cp \(Self.picture) a/\(name); cp '\(TestDaemon.samples)/ask/Iori Namisato/2.png' b/\(name)
            aniwho classify a b --sort-into out --csv || exit 20
            test $(ls out/_unknown | wc -l) = 2 || exit 21
            mkdir locked; : >locked/_unknown
            aniwho classify a b --sort-into locked --csv; test $? = 7
            """)
        #expect(output.status == 0, "\(output.error)")
        #expect(output.out.split(separator: "\r\n").count == 6)
        #expect(output.error.contains("2 of 2 pictures could not be"))
    }

    @Test func `every character is exported to a folder of its own and comes back`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        let names = [String(repeating: "/", count: 90), "a/\u{301}b", "_unknown", String(repeating: "ミ/", count: 50)]
        for (number, name) in names.enumerated() {
            let picture = "ask/\(["Iori Namisato", "Kirara Kusano"][number / 2])/\(number % 2 + 1).png"
            #expect(try daemon.aniwho("enroll", name, picture).status == 0)
        }
        let folder = daemon.home + "/export"
        #expect(try daemon.aniwho("export", folder).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
        for name in names { #expect(try daemon.aniwho("characters", "remove", name).status == 0) }
        let back = try daemon.aniwho("enroll", "--from-folders", folder)
        #expect(back.status == 0, "\(back.error)")
        let there = try daemon.client.entries(ListCharacters.self, .init()).map(\.name)
        #expect(Set(there) == Set(names.map(\.precomposedStringWithCanonicalMapping)))
    }
}
