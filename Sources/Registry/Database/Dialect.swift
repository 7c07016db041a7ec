import Foundation

/// What SQLite and PostgreSQL write differently. All statements of the stores are written once, for both:
/// placeholders `$1`, `$2`, …; `RETURNING`; `ON CONFLICT`; `IS DISTINCT FROM`; a `CAST` around sums, which PostgreSQL makes `numeric`.
enum Dialect: Sendable, Equatable {
    case sqlite
    case postgresql

    /// A statement of the stores as this system takes it.
    func statement(_ sql: String) -> String {
        var sql = sql
        for (shared, own) in replacements where sql.contains(shared) {
            sql = sql.replacingOccurrences(of: shared, with: own)
        }
        return sql
    }

    private var replacements: [(String, String)] {
        switch self {
        case .sqlite:
            // SQLite has this name from 3.44 on.
            [("string_agg(", "group_concat(")]
        case .postgresql:
            // How SQLite is told the order of the loops and the index to take. PostgreSQL has no words for that.
            [(" CROSS JOIN ", " JOIN "), (" INDEXED BY audit_by_time", "")]
        }
    }

    /// The database's clock: milliseconds since 1970.
    var now: String {
        switch self {
        case .sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
        case .postgresql: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
        }
    }

    /// Selects the names of the registry's tables and views.
    var tables: String {
        switch self {
        case .sqlite: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
        case .postgresql: "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        }
    }

    /// Selects the names of the columns of a table, in their order.
    func columns(of table: String) -> String {
        switch self {
        case .sqlite: "SELECT name FROM pragma_table_info('\(table)') ORDER BY cid"
        case .postgresql:
            """
            SELECT column_name FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = '\(table)' ORDER BY ordinal_position
            """
        }
    }

    /// Selects the last number that a table with numbers of its own has given to a row; no row or null for none.
    func lastNumber(in table: String) -> String {
        switch self {
        case .sqlite: "SELECT seq FROM sqlite_sequence WHERE name = '\(table)'"
        case .postgresql: "SELECT pg_sequence_last_value(pg_get_serial_sequence('\(table)', 'id')::regclass)"
        }
    }

    /// Makes a table give higher numbers than one from then on.
    func setLastNumber(_ number: Int64, in table: String) -> String {
        switch self {
        case .sqlite:
            """
            DELETE FROM sqlite_sequence WHERE name = '\(table)';
            INSERT INTO sqlite_sequence (name, seq) VALUES ('\(table)', \(number))
            """
        case .postgresql: "SELECT setval(pg_get_serial_sequence('\(table)', 'id'), \(number))"
        }
    }
}
