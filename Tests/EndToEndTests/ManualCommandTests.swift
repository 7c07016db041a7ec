import API
import Foundation
import Testing

/// Manual pages and completions, with the real programs.
@Suite struct ManualCommandTests {
    @Test func everyCommandHasItsPage() throws {
        let daemon = try TestDaemon()
        let folder = daemon.home + "/man"
        #expect(try daemon.aniwho("manual", "--directory", folder).status == 0)
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(pages.count > 40 && pages.contains("aniwho.1") && pages.contains("aniwho-characters-list.1"))
        for page in pages {
            let text = try String(contentsOfFile: "\(folder)/\(page)", encoding: .utf8)
            #expect(text.hasPrefix(".TH \"ANIWHO") && text.contains(".SH NAME") && text.contains(".SH OPTIONS"))
        }
        #expect(try daemon.aniwho("manual", "characters", "list").out.contains("aniwho\\-characters\\-list"))
        #expect(try daemon.aniwho("manual", "no", "such").status == ExitCode.usage.rawValue)
        let page = try TestDaemon.aniwhod(["--manual"])
        #expect(page.status == 0 && page.out.hasPrefix(".TH \"ANIWHOD\" 8") && page.out.contains("check\\-config"))
    }

    @Test func completionsArePrinted() throws {
        let daemon = try TestDaemon()
        for shell in ["bash", "zsh", "fish"] {
            let script = try daemon.aniwho("completion", shell)
            #expect(script.status == 0 && script.out.contains("classify"), "\(shell)")
        }
        #expect(try daemon.aniwho("completion", "tcsh").status == ExitCode.usage.rawValue)
    }
}
