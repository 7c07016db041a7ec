import API
import Client
import Foundation
import Options
import Synchronization

enum Backup: Command {
    static let declaration = Declaration(
        name: "aniwho backup", summary: "write everything in the registry to one file, while the daemon goes on",
        discussion: """
            Characters, pictures, models, classifiers, vectors, jobs and the log of changes, as they are when the backup begins. The
            daemon writes the file, as its own user and readable by nobody else; it appears whole or not at all. The folders of
            trainings under way are not part of it: they begin again. Put a backup back with aniwho restore.
            """,
        operands: [Operand("FILE", help: "where to write it")],
        options: [Option("force", help: "take the place of an earlier backup"), .json, .socket])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let file = arguments.absolutePath("FILE")
        let request = WriteBackup.Request(file: file, replace: arguments.flag("force"))
        let state = Mutex<(bar: ProgressBar?, last: BackupEvent?)>((nil, nil))
        try arguments.client.stream(WriteBackup.self, request) { line in
            guard let event = try? JSON.decode(BackupEvent.self, from: line) else { return }
            state.withLock { state in
                state.last = event
                guard case .progress(let done, let total) = event else { return }
                let bar = state.bar ?? ProgressBar("backup", total: total, console: console)
                state.bar = bar
                bar.update(done)
            }
        }
        switch state.withLock(\.last) {
        case .end(let file, let bytes):
            if arguments.flag("json") { return try console.print(json: BackupEvent.end(file: file, bytes: bytes)) }
            console.print("wrote \(file), \(Show.bytes(bytes)); check it with: aniwho verify-backup \(file)")
        case .error(let code, let message): throw Failure(code.exitCode, message)
        case .progress, nil:
            throw Failure(.unreachable, "the daemon ended before the backup was written; there is none at \(file)")
        }
    }
}
