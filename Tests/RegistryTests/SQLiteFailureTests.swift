import API
import CSQLite
import Foundation
import Testing

@testable import Registry

@Suite struct SQLiteFailureTests {
    @Test(
        arguments: [
            (SQLITE_FULL, 0, nil), (SQLITE_IOERR, ENOSPC, nil), (SQLITE_IOERR, EDQUOT, nil),
            (SQLITE_IOERR, EIO, .storageFailure), (SQLITE_CANTOPEN, EROFS, .storageReadOnly),
            (SQLITE_CANTOPEN, EACCES, .storageReadOnly), (SQLITE_READONLY | 8 << 8, 0, .storageReadOnly),
            (SQLITE_CORRUPT, 0, .storageCorrupt), (SQLITE_NOTADB, 0, .storageCorrupt),
            (SQLITE_BUSY, 0, .databaseLocked),
            (SQLITE_CONSTRAINT, 0, .storageFailure),
        ] as [(Int32, Int32, RegistryError.Reason?)])
    func codes(status: Int32, errno: Int32, reason: RegistryError.Reason?) {
        let error = RegistryError.sqlite(status, text: "text", errno: errno, sql: "SELECT $1")
        #expect(error.reason == reason && error.code == reason?.code ?? .storageFull)
        #expect(error.sqliteCode == status && error.sql == "SELECT $1" && error.message.contains("text"))
    }

    /// Errors carry the statement, never the values bound to it.
    @Test func keepsValuesToItself() throws {
        let scratch = try ScratchDirectory()
        let connection = try Connection(path: scratch.path + "/test.db")
        try connection.execute("CREATE TABLE t (x TEXT UNIQUE) STRICT")
        try connection.run("INSERT INTO t VALUES ($1)", [.text("secret")])
        let error = #expect(throws: RegistryError.self) {
            try connection.run("INSERT INTO t VALUES ($1)", [.text("secret")])
        }
        #expect(error?.sql == "INSERT INTO t VALUES ($1)")
        #expect(error.map { !"\($0) \($0.message)".contains("secret") } == true)
        // The connection goes on after an error.
        try connection.run("INSERT INTO t VALUES ($1)", [.text("other")])
        #expect(try connection.all("SELECT x FROM t ORDER BY x") { $0.text(0) } == ["other", "secret"])
    }

    @Test func valuesComeBackAsTheyWent() throws {
        let scratch = try ScratchDirectory()
        let connection = try Connection(path: scratch.path + "/test.db")
        try connection.execute("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, v BLOB, e BLOB) STRICT")
        let vector: [Float] = [1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        try connection.run(
            "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)",
            [.integer(Int64.min), .real(0.1), .text("a\n é"), .blob(Data([0, 255])), .vector(vector), .blob(Data())])
        try connection.run("SELECT i, r, s, b, v, e, e IS NULL FROM t") { row throws(RegistryError) in
            #expect(row.integer(0) == Int64.min && row.real(1) == 0.1 && row.text(2) == "a\n é")
            #expect(row.blob(3) == Data([0, 255]) && row.blob(5) == Data() && row.int(6) == 0)
            #expect(try row.vector(4, dimensions: 4).map(\.bitPattern) == vector.map(\.bitPattern))
            let error = #expect(throws: RegistryError.self) { _ = try row.vector(4, dimensions: 5) }
            #expect(error?.reason == .storageCorrupt)
        }
    }
}
