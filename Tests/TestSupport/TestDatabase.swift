import Foundation
import Synchronization
public import Testing

/// The databases of the tests' registries: files of SQLite, or, under `scripts/with-postgresql`, databases of PostgreSQL.
public enum TestDatabase {
    /// The folder of the server's socket; nil for SQLite.
    private static let server = ProcessInfo.processInfo.environment["ANIWHO_TEST_POSTGRESQL"]

    /// Whether the registries are files: some tests damage or read them.
    public static var isFile: Bool { server == nil }

    /// The names of the databases, by the folders of their registries.
    private static let names = Mutex<[String: String]>([:])

    /// The address of the database of the registry in a folder, which is made when it is first asked for; nil for a file.
    public static func address(for folder: String) throws -> String? {
        guard let server else { return nil }
        let (name, isNew) = names.withLock { names in
            if let name = names[folder] { return (name, false) }
            let name = "test_\(ProcessInfo.processInfo.processIdentifier)_\(names.count)"
            names[folder] = name
            return (name, true)
        }
        if isNew { try run("createdb", [name], server) }
        return "postgresql://aniwho@/\(name)?host=\(server)"
    }

    /// Removes the database of the registry in a folder.
    public static func remove(for folder: String) {
        guard let server, let name = names.withLock({ $0[folder] }) else { return }
        try? run("dropdb", ["--force", name], server)
    }

    /// What a program that could not do its work said is in the test's output.
    private struct Failure: Error { let program: String }

    private static func run(_ program: String, _ arguments: [String], _ server: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program, "--host", server, "--username", "aniwho"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(program: program) }
    }
}

extension Trait where Self == ConditionTrait {
    /// For tests of what SQLite's files alone have: backups, damage, full disks, triggers, plans of queries.
    public static var onFiles: Self { .enabled(if: TestDatabase.isFile, "the registry is in PostgreSQL") }
}
