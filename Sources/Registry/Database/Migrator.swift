/// One step of the schema, from a file `migrations/NNNN_what.sql` or `migrations/postgresql/NNNN_what.sql`.
struct Migration {
    /// The first of PostgreSQL makes what SQLite's make up to this number. From there on both count alike.
    static let firstOfPostgreSQL = 21

    /// From the first on without gaps.
    let number: Int
    /// The file's name without extension.
    let name: String
    let sql: String

    /// The 64-bit FNV-1a hash of the text, in hexadecimal. It detects edits, not attacks.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads the numbers from the names and checks that they follow each other.
    /// - Throws: `migrationEdited` when a number is missing or there twice, or a name has no number.
    static func sequence(
        _ texts: [(name: String, sql: String)], from first: Int = 1
    ) throws(RegistryError) -> [Migration] {
        var migrations: [Migration] = []
        for (name, sql) in texts.sorted(by: { $0.name < $1.name }) {
            guard let number = Int(name.prefix(4)), number == first + migrations.count else {
                throw RegistryError(
                    .migrationEdited,
                    "migration '\(name)' is out of sequence: this build is incomplete, expected number \(first + migrations.count)"
                )
            }
            migrations.append(Migration(number: number, name: name, sql: sql))
        }
        return migrations
    }
}

/// Brings a database to this version's schema.
struct Migrator {
    let migrations: [Migration]

    /// The number of the migration before the first.
    private var base: Int { (migrations.first?.number ?? 1) - 1 }

    /// Applies the missing migrations.
    /// - Throws: `databaseNewer`, `migrationEdited`, or the storage errors.
    func migrate(_ connection: Connection) throws(RegistryError) {
        switch connection.driver.dialect {
        case .sqlite: try migrateSQLite(connection)
        case .postgresql: try migratePostgreSQL(connection)
        }
    }

    /// Each migration in its own transaction, by the procedure that SQLite's documentation of ALTER TABLE gives:
    /// foreign keys off → BEGIN IMMEDIATE → migrate → record → check foreign keys → COMMIT → foreign keys on.
    /// The migrations before a failing one stay applied.
    private func migrateSQLite(_ connection: Connection) throws(RegistryError) {
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS migrations (
                number INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
            ) STRICT
            """)
        let missing = migrations.dropFirst(try verify(connection) - base)
        guard !missing.isEmpty else { return }
        try connection.execute("PRAGMA foreign_keys = OFF")
        for migration in missing {
            try connection.transaction { () throws(RegistryError) in
                try apply(migration, to: connection)
                try checkReferences(after: migration, connection)
            }
        }
        try connection.execute("PRAGMA foreign_keys = ON")
    }

    /// All in one transaction, which no other daemon's overlaps: PostgreSQL takes changes of the schema back, too.
    private func migratePostgreSQL(_ connection: Connection) throws(RegistryError) {
        try connection.transaction { () throws(RegistryError) in
            try connection.execute(
                """
                CREATE TABLE IF NOT EXISTS migrations (
                    number BIGINT PRIMARY KEY,
                    name TEXT COLLATE "C" NOT NULL,
                    checksum TEXT COLLATE "C" NOT NULL,
                    applied_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
                )
                """)
            let missing = migrations.dropFirst(try verify(connection) - base)
            // A daemon of an earlier version does not know what they make.
            if !missing.isEmpty {
                try connection.driver.excludeDaemons()
                try connection.dropVectorViews()
            }
            for migration in missing { try apply(migration, to: connection) }
        }
    }

    /// Compares the migrations that were applied to the database with those of this version.
    /// - Returns: the number of the last migration that was applied.
    func verify(_ connection: Connection) throws(RegistryError) -> Int {
        let applied = try connection.all("SELECT number, name, checksum FROM migrations ORDER BY number") { row in
            (number: row.int(0), name: row.text(1), checksum: row.text(2))
        }
        for (index, record) in applied.enumerated() {
            guard record.number <= base + migrations.count else {
                throw RegistryError(
                    .databaseNewer,
                    "a newer version wrote the database (it has migration '\(record.name)'); install that version"
                )
            }
            guard record.number == base + index + 1 else {
                throw RegistryError(
                    .migrationEdited,
                    "the database lacks migration \(base + index + 1) but has '\(record.name)'; restore it from a backup"
                )
            }
            let known = migrations[index]
            guard record.name == known.name, record.checksum == known.checksum else {
                throw RegistryError(
                    .migrationEdited,
                    "migration '\(known.name)' differs from '\(record.name)', which was applied to the database; "
                        + "install the version that wrote the database, and put changes into a new migration")
            }
        }
        return base + applied.count
    }

    /// Applies a migration and records it, inside a transaction.
    private func apply(_ migration: Migration, to connection: Connection) throws(RegistryError) {
        try connection.execute(migration.sql)
        precondition(connection.isInTransaction, "migration '\(migration.name)' must not end the transaction")
        try connection.run(
            "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)",
            [.integer(migration.number), .text(migration.name), .text(migration.checksum)])
    }

    /// Checks what SQLite does not check while its foreign keys are off.
    private func checkReferences(after migration: Migration, _ connection: Connection) throws(RegistryError) {
        let broken = try connection.all("PRAGMA foreign_key_check") { $0.text(0) }
        guard broken.isEmpty else {
            throw RegistryError(
                .storageFailure,
                "migration '\(migration.name)' leaves dangling references in \(Set(broken).sorted().joined(separator: ", "))"
            )
        }
    }
}
