import API
import Foundation
import Randomness
import TestSupport
import Testing

@testable import Registry

/// What is said about addresses of PostgreSQL, without a server.
@Suite struct PostgreSQLAddressTests {
    @Test(arguments: [
        ("postgresql://aniwho@host/db", "postgresql://aniwho@host/db"),
        ("postgresql://aniwho:secret@host:5433/db?sslmode=require", "postgresql://aniwho@host:5433/db"),
        ("postgres://host/db?password=secret", "postgres://host/db"),
        ("postgresql://a:b:c@h/db", "postgresql://a@h/db"),
    ])
    func `messages have no password`(address: String, shown: String) { #expect(Registry.shown(address) == shown) }

    @Test func `another address is refused`() async throws {
        let scratch = try ScratchDirectory()
        for address in ["mysql://host/db", "/var/lib/aniwho", ""] {
            await expect(.databaseUnfit) { _ = try await Registry.open(directory: scratch.data, database: address) }
        }
    }

    @Test func `a server that is not there is named, without the password`() async throws {
        let scratch = try ScratchDirectory()
        let error = await #expect(throws: RegistryError.self) {
            _ = try await Registry.open(
                directory: scratch.data, database: "postgresql://aniwho:secret@127.0.0.1:1/registry")
        }
        #expect(
            error?.reason == .databaseAway
                && error?.message.contains("postgresql://aniwho@127.0.0.1:1/registry") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [
        ("53100", RegistryError.Reason?.none), ("25006", .storageReadOnly), ("42501", .storageReadOnly),
        ("57P01", .databaseAway), ("08006", .databaseAway), ("40P01", .databaseLocked), ("XX001", .storageCorrupt),
        ("23505", .storageFailure),
    ])
    func codes(state: String, reason: RegistryError.Reason?) {
        let address = PostgreSQLAddress(text: "postgresql://host/db")
        let error = RegistryError.postgreSQL(state: state, text: "first\nsecond", address: address, sql: "SELECT $1")
        #expect(error.reason == reason && error.sql == "SELECT $1" && error.message.contains("first second"))
        #expect(error.code == (state == "53100" ? .storageFull : reason?.code))
    }
}

/// A registry in a PostgreSQL database. The other suites run on it, too: `make test-postgresql`.
@Suite(.disabled(if: TestDatabase.isFile, "there is no server; run: make test-postgresql")) struct PostgreSQLTests {
    let scratch = try? ScratchDirectory()

    /// The address of the test's database.
    private var address: String {
        get throws {
            let data = try #require(scratch).data
            return try TestDatabase.address(for: data) ?? ""
        }
    }

    /// A connection to the test's database as any program has it.
    private func connect(_ change: (String) -> String = { $0 }) throws -> PostgreSQLDriver {
        try PostgreSQLDriver(PostgreSQLAddress(text: change(address)))
    }

    private func open(_ change: (String) -> String = { $0 }) async throws -> Registry {
        try await Registry.open(directory: try #require(scratch).data, database: change(address))
    }

    @Test func `values come back as they went`() throws {
        let connection = Connection(try connect())
        try connection.execute("CREATE TEMP TABLE t (i BIGINT, r DOUBLE PRECISION, s TEXT, b BYTEA, v BYTEA, e BYTEA)")
        let vector: [Float] = [1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        let values: [SQLValue] = [
            .integer(Int64.min), .real(0.1), .text("a\n é 綾波"), .blob(Data([0, 255])), .vector(vector), .blob(Data()),
        ]
        try connection.run("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)", values)
        #expect(connection.changes == 1)
        try connection.run("SELECT i, r, s, b, v, e, e IS NULL, $1::bigint, count(*) OVER () FROM t", [.null]) {
            row throws(RegistryError) in
            #expect(row.integer(0) == Int64.min && row.real(1) == 0.1 && row.text(2) == "a\n é 綾波")
            #expect(row.blob(3) == Data([0, 255]) && row.blob(5) == Data() && row.int(6) == 0)
            #expect(row.isNull(7) && row.integer(7) == 0 && row.int(8) == 1)
            #expect(try row.vector(4, dimensions: 4).map(\.bitPattern) == vector.map(\.bitPattern))
            let error = #expect(throws: RegistryError.self) { _ = try row.vector(4, dimensions: 5) }
            #expect(error?.reason == .storageCorrupt)
        }
    }

    @Test func `the values of a vector are read in SQL to the last bit`() async throws {
        await (try await open()).close()
        let connection = Connection(try connect())
        try connection.execute(Connection.decoder)
        var random = SplitMix64(seed: 5)
        var vector: [Float] = [0, -0.0, 1, -1, 1 / 3, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .pi]
        vector += [.leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
        for _ in 0..<200 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if value.isFinite { vector.append(value) }
        }
        // PostgreSQL sends numbers with the highest byte first.
        let bytes = try connection.first(
            """
            SELECT string_agg(float4send(value), '' ORDER BY place)
            FROM unnest(vector_values($1)) WITH ORDINALITY AS v (value, place)
            """, [.vector(vector)]
        ) { $0.blob(0) }
        var expected = Data()
        for value in vector { withUnsafeBytes(of: value.bitPattern.bigEndian) { expected.append(contentsOf: $0) } }
        #expect(bytes == expected)
    }

    /// Where the extension is installed.
    @Test func `vectors are views where pgvector is`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.enroll(character: "Asuka", images: [newImage(1, [1, 2, 3, 4])], model: modelA)
        _ = try await registry.enroll(character: "Rei", images: [newImage(2, [4, 3, 2, 1])], model: modelA)
        await registry.close()
        let connection = Connection(try connect())
        let isThere = try connection.first("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'") { $0.int(0) }
        guard isThere != nil else { try Test.cancel("the server has no extension vector") }
        try connection.execute("CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions")
        for _ in 0..<2 { await (try await open()).close() }
        let nearest = try connection.all(
            """
            SELECT character FROM prototype_vectors
            ORDER BY vector OPERATOR(extensions.<->) (SELECT vector FROM embedding_vectors WHERE image = 2)
            """
        ) { $0.text(0) }
        #expect(nearest == ["Rei", "Asuka"])
    }

    /// More rows than a page, with other statements in between.
    @Test func `a long query is read page by page`() throws {
        let connection = Connection(try connect())
        var sum = 0
        try connection.run("SELECT n FROM generate_series(1, $1) AS n", [.integer(4500)], reading: .paged) {
            row throws(RegistryError) in
            guard row.int(0) % 1000 == 0 else { return }
            sum += try connection.first("SELECT $1 + 1", [.integer(row.int(0))]) { $0.int(0) } ?? 0
        }
        #expect(sum == 10_004 && !connection.isInTransaction)
        sum = 0
        try connection.run("SELECT n FROM generate_series(1, $1) AS n", [.integer(4500)], reading: .streamed) {
            row throws(RegistryError) in sum += row.int(0)
        }
        #expect(sum == 4500 * 4501 / 2 && !connection.isInTransaction)
    }

    /// In the middle of many rows the reader, or the server, has enough.
    @Test func `a streamed query that ends early leaves the connection free`() throws {
        let connection = Connection(try connect())
        for sql in [
            "SELECT n FROM generate_series(1, 9000000) AS n",
            "SELECT 1 / (100 - n) FROM generate_series(1, 9000000) AS n",
        ] {
            var count = 0
            let start = ContinuousClock.now
            #expect(throws: RegistryError.self) {
                try connection.run(sql, reading: .streamed) { _ throws(RegistryError) in
                    count += 1
                    if count == 500 { throw RegistryError.stopped }
                }
            }
            #expect(count <= 500 && ContinuousClock.now - start < .seconds(5))
            #expect(try connection.first("SELECT 7") { $0.int(0) } == 7)
            #expect(!connection.isInTransaction)
        }
    }

    @Test func `a statement that fails takes its transaction back, and the connection goes on`() async throws {
        let registry = try await open()
        await expect(.storageFailure) { try await registry.execute("SELECT 1 / 0") }
        try await registry.setSetting("radius", "1")
        #expect(try await registry.setting("radius") == "1")
        await registry.close()
    }

    /// PostgreSQL reports the end of such a transaction as a success.
    @Test func `a failure that was overlooked is no success`() throws {
        let connection = Connection(try connect())
        try connection.execute("CREATE TABLE public.t (n BIGINT)")
        let error = #expect(throws: RegistryError.self) {
            try connection.transaction { () throws(RegistryError) in
                try connection.run("INSERT INTO public.t VALUES (1)")
                try? connection.execute("SELECT 1 / 0")
            }
        }
        #expect(error?.reason == .storageFailure)
        #expect(try connection.first("SELECT count(*) FROM public.t") { $0.int(0) } == 0)
    }

    /// A restart of the server, or a network that was away, costs a request at most.
    @Test func `a connection that was cut is made again`() async throws {
        let registry = try await open()
        try await registry.setSetting("radius", "1")
        let other = Connection(try connect())
        func cut() throws {
            try other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        }
        try cut()
        #expect(try await registry.setting("radius") == "1")
        try cut()
        try await registry.setSetting("radius", "2")
        #expect(try await registry.setting("radius") == "2")
        try cut()
        let read = try await registry.readers.short { database throws(RegistryError) in
            try database.first("SELECT 1") { $0.int(0) }
        }
        #expect(read == 1)
        try cut()
        try await registry.checkIsReachable()
        await registry.close()
    }

    @Test func `a database of another application is left alone`() async throws {
        try connect().execute("CREATE TABLE public.notes (text TEXT)")
        let error = await #expect(throws: RegistryError.self) { _ = try await open() }
        #expect(error?.reason == .databaseUnfit && error?.message.contains("another application") == true)
        // With a schema of its own, both have room.
        try connect().execute("CREATE SCHEMA aniwho")
        await (try open()).close()
        #expect(try await open().counts().characters == 0)
    }

    @Test func `a schema of another program is left alone`() async throws {
        try connect().execute("CREATE SCHEMA aniwho; CREATE TABLE aniwho.notes (text TEXT)")
        let error = await #expect(throws: RegistryError.self) { _ = try await open() }
        #expect(error?.reason == .databaseUnfit && error?.message.contains("notes") == true)
    }

    @Test func `a user without rights, and one who is not there, get advice`() async throws {
        let user = "guest_\(UInt32.random(in: 0...UInt32.max))"
        try connect().execute("CREATE ROLE \(user) LOGIN")
        let denied = await #expect(throws: RegistryError.self) {
            _ = try await open { $0.replacingOccurrences(of: "aniwho@", with: "\(user)@") }
        }
        #expect(denied?.reason == .storageReadOnly && denied?.message.contains("GRANT") == true)
        let unknown = await #expect(throws: RegistryError.self) {
            _ = try await open { $0.replacingOccurrences(of: "aniwho@", with: "nobody_\(user)@") }
        }
        #expect(unknown?.reason == .databaseUnfit && unknown?.message.contains("createuser") == true)
        let missing = await #expect(throws: RegistryError.self) {
            _ = try await open { $0.replacingOccurrences(of: "test_", with: "none_") }
        }
        #expect(missing?.reason == .databaseUnfit && missing?.message.contains("createdb") == true)
    }

    @Test func `a database that takes no changes says so`() async throws {
        let registry = try await open()
        try await registry.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        let error = await #expect(throws: RegistryError.self) { try await registry.setSetting("radius", "1") }
        #expect(error?.reason == .storageReadOnly && error?.message.contains("primary server") == true)
        await registry.close()
    }

    @Test func `a database of a newer version is refused untouched`() async throws {
        await (try open()).close()
        try connect().execute("INSERT INTO migrations (number, name, checksum) VALUES (9999, '9999_future', '')")
        await expect(.databaseNewer) { _ = try await open() }
    }

    /// The migrations of both systems make the same tables with the same columns.
    @Test func `both systems have the same columns`() async throws {
        await (try open()).close()
        let folder = try ScratchDirectory()
        await (try Registry.open(directory: folder.data)).close()
        let (one, other) = (try Connection(path: folder.databaseFile), Connection(try connect()))
        for table in CopiedTable.all {
            let columns = try one.all(one.driver.dialect.columns(of: table.name)) { $0.text(0) }
            let others = try other.all(other.driver.dialect.columns(of: table.name)) { $0.text(0) }
            #expect(columns.sorted() == others.sorted(), "\(table.name)")
        }
        let views = try one.all("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name") { $0.text(0) }
        let others = try other.all(
            "SELECT table_name FROM information_schema.views WHERE table_schema = 'aniwho' ORDER BY table_name COLLATE \"C\""
        ) { $0.text(0) }
        #expect(views == others)
    }
}
