import API
import Client
import Foundation
import Options
import Platform

enum Web: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho web", summary: "open the page in the browser",
        discussion: """
            Asks the daemon for a link to its page, prints it and opens the browser. The link works once, for five minutes, and gives
            the browser a session: your role, or reader with --role. If the daemon does not listen on TCP yet, it begins to listen on
            127.0.0.1, unless its setting page forbids it. aniwho sessions list shows the sessions, and aniwho sessions revoke ends
            one. docs/page.md describes how to reach the page from other machines.
            TIME is how long from now, 12h or 30d, or a moment: 2027-01-31, which begins at midnight UTC, or 2027-01-31T18:00:00Z.
            """,
        options: [
            Option("no-browser", help: "only print the link"),
            Option("role", "ROLE", help: "the most that the session may do: reader or operator (default: your role)"),
            Option("expires", "TIME", help: "when the session ends (default: in 7 days)"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let role = try arguments.choice("role", of: Role.allCases.map(\.rawValue)).flatMap(Role.init)
        let expiry = try arguments.futureMoment("expires")
        // A program that reads JSON opens the link itself.
        let opensBrowser = !arguments.flag("no-browser") && !console.isJSON
        let link = try arguments.client.call(CreateLink.self, .init(role: role, expiresAt: expiry))
        if console.isJSON { return try console.print(json: link) }
        console.print(link.url)
        console.note("the link works once, until \(link.linkExpiresAt.ISO8601Format())")
        guard opensBrowser, !Browser.open(link.url) else { return }
        console.note("no browser was opened; open the link in one on this machine")
    }
}

enum SessionsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho sessions list", summary: "list the browsers' sessions with the page",
        discussion: """
            Shows whose each session is, what it may do at most, and when it was made, ends and was last used. All times are UTC. The
            last use is exact to the minute; a daemon that is killed forgets the uses of up to ten minutes.
            """)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let sessions = try arguments.client.entries(ListSessions.self)
        if console.isJSON { return try console.print(json: sessions) }
        guard !sessions.isEmpty else { return console.print("there are no sessions; begin one with: aniwho web") }
        var table = TextTable(
            ("SESSION", .right), ("USER", .right), ("ROLE", .left), ("SINCE", .left), ("UNTIL", .left),
            ("LAST USE", .left))
        for session in sessions {
            let isOver = session.expiresAt <= Date()
            table.add(
                String(session.id), String(session.uid), session.role.rawValue, session.createdAt.ISO8601Format(),
                session.expiresAt.ISO8601Format() + (isOver ? " (expired)" : ""),
                session.lastUsedAt.map(Moment.minute) ?? "never")
        }
        console.print(table)
    }
}

enum SessionsRevoke: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho sessions revoke", summary: "end a browser's session with the page",
        operands: [Operand("SESSION", help: "its number, as aniwho sessions list shows it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let id = try arguments.number("SESSION", of: "a session")
        try console.confirm(arguments) { "End session \(id)?" }
        let revoked = try arguments.client.call(RevokeSession.self, IdentifiedRequest(id: id))
        if console.isJSON { return try console.print(json: revoked) }
        console.print("ended session \(revoked.id) of user \(revoked.uid)")
    }
}

/// The user's browser.
enum Browser {
    /// Opens an address, by a file that only the user can read: other users see the arguments of every program, and could use the link
    /// first.
    /// - Returns: false when there is no display or no program that opens files.
    static func open(_ url: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        let display = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        let folder = environment["XDG_RUNTIME_DIR"] ?? environment["TMPDIR"] ?? NSTemporaryDirectory()
        let file = URL(filePath: folder).appending(path: "aniwho-page-\(getuid()).html")
        guard display, let opener = InstalledProgram.path("xdg-open") else { return false }
        let text = """
            <!doctype html><meta charset="utf-8"><title>AniWho</title>
            <meta http-equiv="refresh" content="0; url=\(url)"><p><a href="\(url)">Open AniWho</a></p>

            """
        try? FileManager.default.removeItem(at: file)
        let isWritten = FileManager.default.createFile(
            atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isWritten else { return false }
        let process = Process()
        process.executableURL = URL(filePath: opener)
        process.arguments = [file.path]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
