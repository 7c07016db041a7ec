import Foundation

extension Connection {
    /// Connects to a PostgreSQL database that holds a registry, or makes the registry's schema in an empty one.
    /// - Throws: `databaseUnfit` when the database belongs to another application or is a standby; as ``PostgreSQLDriver/init(_:)``.
    convenience init(_ address: PostgreSQLAddress) throws(RegistryError) {
        self.init(try PostgreSQLDriver(address))
        guard try first("SELECT pg_is_in_recovery()", [], { $0.int(0) }) == 0 else {
            throw RegistryError(
                .databaseUnfit,
                "\(address.shown) is a standby in recovery, which takes no changes; give the address of the primary server"
            )
        }
        try transaction { () throws(RegistryError) in try claimSchema(of: address) }
    }

    private func claimSchema(of address: PostgreSQLAddress) throws(RegistryError) {
        let schema = PostgreSQLDriver.schema
        let exists = try first("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(schema)]) { $0.int(0) } != nil
        guard exists else {
            guard try relations(in: "NOT IN ('pg_catalog', 'information_schema')").isEmpty else {
                throw RegistryError(
                    .databaseUnfit,
                    "the database \(address.shown) belongs to another application; make one for the registry with createdb, or, to have both in one: CREATE SCHEMA \(schema)"
                )
            }
            try execute("CREATE SCHEMA \(schema)")
            return
        }
        let relations = try relations(in: "= '\(schema)'")
        guard relations.isEmpty || relations.contains("migrations") else {
            throw RegistryError(
                .databaseUnfit,
                "the schema \(schema) of \(address.shown) belongs to another application: it has \(relations.prefix(3).joined(separator: ", ")), and no registry; use another database"
            )
        }
    }

    /// The tables and views in some schemas, without those of extensions.
    /// - Parameter condition: on the schema's name.
    private func relations(in condition: String) throws(RegistryError) -> [String] {
        try all(
            """
            SELECT CAST(c.relname AS text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname \(condition) AND n.nspname NOT LIKE 'pg\\_%'
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname
            """
        ) { $0.text(0) }
    }
}
