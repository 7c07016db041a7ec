import API
import Foundation
import Testing

/// Errors of files name the file and the system's reason, with the real programs.
@Suite struct ReasonTests {
    private static let files: [(line: String, what: String, reason: String)] = [
        (
            "aniwho evaluate --weights f --data $S/enroll --way 2 --shot 1 --query 1", "cannot read the file f",
            "is a directory"
        ),
        ("aniwho average f f --output x", "cannot read the file f", "is a directory"),
        ("aniwho evaluate --data none.json", "the class list none.json cannot be read", "no such file or directory"),
        ("aniwho evaluate --data f.json", "the class list f.json cannot be read", "is a directory"),
        (
            "aniwho pretrain --run r --data $S/enroll --held-images 0.2 --sources none", "/none cannot be read",
            "no such file or directory"
        ),
        ("aniwho meta-train --run /proc/r --data $S/ask", "cannot create the folder /proc/r", "no such file"),
        ("aniwho meta-train --run file/r --data $S/ask", "cannot create the folder file/r", "not a directory"),
        (
            "aniwho meta-train --run r --data $S/enroll --split 3/0/0 --way 2 --shot 1 --query 1 --weights none",
            "cannot read none", "no such file or directory"
        ),
        ("aniwhod --config none", "cannot read the configuration file none", "no such file or directory"),
        ("aniwhod --config f", "cannot read the configuration file f", "is a directory"),
        ("aniwhod --config picture", "cannot read the configuration file picture", "it is not text in UTF-8"),
        ("aniwhod --data d --socket /proc/x/s", "cannot create the socket's folder /proc/x", "no such file"),
    ]

    @Test(arguments: files)
    func `a reason for every file`(line: String, what: String, reason: String) throws {
        let daemon = try TestDaemon()
        let output = try daemon.shell(
            "S='\(TestDaemon.samples)'; mkdir f f.json; : >file; cp $S/strangers/1.png picture; \(line)"
        )
        #expect(output.status != 0 && output.error.contains("\(what)"), "\(output.error)")
        #expect(output.error.contains(reason), "\(output.error)")
        #expect(
            !output.error.contains("couldn’t") && !output.error.contains("NSCocoa") && !output.error.contains("doesn’t")
        )
    }
}
