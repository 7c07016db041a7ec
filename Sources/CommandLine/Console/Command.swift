import API
import Client
import Options

/// One command of `aniwho`.
///
/// A command stands in the file of its subject and in the table in `Subjects.swift`. It declares its own operands and options only;
/// ``Command/interface`` adds those that all commands have, and those of the protocols below.
protocol Command: Sendable {
    static var declaration: Declaration { get }

    /// - Throws: any of the errors that ``Failure`` knows.
    static func run(_ arguments: Arguments, _ console: Console) async throws
}

/// A command that asks the daemon: it takes `--socket` and `--server`, and ``Options/Arguments/client`` is its client.
protocol AsksDaemon: Command {}

/// A command that takes any number of pictures: it takes `--files-from` and `--null`, and reads them by
/// ``Options/Arguments/pictures(_:)``.
protocol TakesPictures: Command {}

/// A command that removes or merges something: it takes `--yes`, and asks by ``Console/confirm(_:_:)`` first.
protocol AsksBeforeChange: Command {}

extension Command {
    /// What the command line accepts: the command's own declaration with the options that commands share.
    static var interface: Declaration {
        var common: [Option] = []
        if self is any TakesPictures.Type { common += [.filesFrom, .null] }
        if self is any AsksBeforeChange.Type { common.append(.yes) }
        common += [.json, .quiet, .verbose]
        if self is any AsksDaemon.Type { common += [.socket, .server] }
        return declaration.with(common: common, replaced: RemovedForms.options(of: declaration.name))
    }

    /// The words after `aniwho` that call it.
    static var words: [String] { declaration.words }
}

/// Options that commands share. The command line reads all of them but those of pictures and confirmation.
extension Option {
    static let json = Option("json", help: "print JSON, and errors as JSON on standard error")
    static let quiet = Option("quiet", help: "print no notes and no progress on standard error, only errors")
    static let verbose = Option("verbose", help: "print each call of the daemon on standard error")
    static let socket = Option("socket", "PATH", help: "the daemon's socket (default: see aniwho --help)")
    static let server = Option(
        "server", "URL", help: "ask over TCP: http://127.0.0.1:PORT, with the token in ANIWHO_TOKEN")
    static let yes = Option("yes", help: "do not ask for confirmation")
    static let filesFrom = Option(
        "files-from", "FILE", help: "read further paths from a file, one a line; - is standard input")
    static let null = Option("null", help: "with --files-from: a NUL character ends each path, as find -print0 writes")
}

extension Arguments {
    /// What the operand `NAME` names.
    var named: NamedRequest { NamedRequest(name: word("NAME")) }

    /// The daemon at the socket or server given.
    /// - Precondition: ``daemonAddress`` did not throw, which the program checks before a command runs.
    var client: Client {
        let address = (try? daemonAddress) ?? .socket(Locations.socket())
        let console = Console(self)
        guard console.isVerbose else { return Client(address) }
        return Client(address) { call in console.print(call: call) }
    }

    /// Where the daemon is asked.
    /// - Throws: `usage` when both a socket and a server are given, or the server's URL is wrong.
    var daemonAddress: DaemonAddress {
        get throws {
            switch (self["socket"], self["server"]) {
            case (nil, nil): try .standard()
            case (let socket?, nil): .socket(socket)
            case (nil, let server?): try DaemonAddress(server: server, token: DaemonAddress.token())
            case (.some, .some): throw misuse("--socket and --server cannot both be given")
            }
        }
    }
}
