import API
import Foundation
import Options
import Registry

enum RegistryCopy: Command {
    static let declaration = Declaration(
        name: "aniwho registry copy", summary: "copy a registry between a data directory and PostgreSQL",
        discussion: """
            SOURCE and TARGET are each a data directory or the address of a PostgreSQL database, postgresql://USER@HOST:PORT/DATABASE.
            No daemon may serve either of them. Everything in the registry is copied and then compared row by row; the source stays as
            it is. If the command is stopped, the same command goes on where it was, and no daemon serves the target before the end.
            The folders of jobs in a data directory are no part of the registry: keep the directory for the daemon that serves the copy.
            """,
        operands: [
            Operand("SOURCE", help: "the registry to copy"),
            Operand("TARGET", help: "where to copy it, which must be empty"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let (source, target) = (arguments.word("SOURCE"), arguments.word("TARGET"))
        let (copying, verifying) = (CountedProgress("copying", console), CountedProgress("comparing", console))
        let copied = try Registry.$author.withValue("uid \(getuid())") {
            try Registry.copy(from: source, to: target) { progress in
                (progress.step == .copying ? copying : verifying).update(progress.done, of: progress.total)
                return true
            }
        }
        if console.isJSON { return try console.print(json: Record(copied)) }
        let before = copied.before > 0 ? ", \(copied.before) of them by an earlier run" : ""
        console.print(
            "copied \(copied.characters) characters and \(copied.images) images (\(copied.rows) rows\(before)); every row is the same"
        )
    }

    private struct Record: Encodable {
        let characters, images, rows, before: Int

        init(_ copied: CopiedRegistry) {
            (characters, images, rows, before) = (copied.characters, copied.images, copied.rows, copied.before)
        }
    }
}
