/// Views of the vectors for other programs, in a database that has the extension `vector` (pgvector). Nothing of AniWho reads them.
extension Connection {
    /// Makes the views, if the extension is there. Views of other programs may build on them.
    func makeVectorViews() throws(RegistryError) {
        let schema = try first(
            "SELECT quote_ident(CAST(n.nspname AS text)) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'"
        ) { $0.text(0) }
        guard let schema else { return }
        try transaction { () throws(RegistryError) in
            try execute(Self.decoder)
            try execute(
                """
                CREATE OR REPLACE VIEW prototype_vectors AS
                    SELECT c.name AS character, m.name AS model, p.count, vector_values(p.vector)::\(schema).vector AS vector
                    FROM prototypes p JOIN characters c ON c.id = p.character JOIN models m ON m.id = p.model
                    WHERE p.head = 'mean';
                CREATE OR REPLACE VIEW embedding_vectors AS
                    SELECT i.id AS image, c.name AS character, m.name AS model,
                        vector_values(e.vector)::\(schema).vector AS vector
                    FROM embeddings e JOIN images i ON i.id = e.image JOIN characters c ON c.id = i.character
                        JOIN models m ON m.id = e.model
                """)
        }
    }

    /// Removes the views, because a migration may change the tables that they read.
    func dropVectorViews() throws(RegistryError) {
        try execute("DROP VIEW IF EXISTS prototype_vectors, embedding_vectors")
    }

    /// The values of a stored vector: little-endian IEEE 754 float32, of which each is sign · significand · 2^exponent. Vectors are finite.
    static var decoder: String {
        """
        CREATE OR REPLACE FUNCTION vector_values(bytes bytea) RETURNS real[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT coalesce(array_agg(
                (CASE WHEN bits & 2147483648 = 0 THEN 1 ELSE -1 END
                * CASE WHEN exponent = 0 THEN (bits & 8388607) * pg_catalog.power(2::double precision, -149)
                    ELSE ((bits & 8388607) + 8388608) * pg_catalog.power(2::double precision, exponent - 150) END)::real
                ORDER BY place), '{}')
            FROM generate_series(0, length(bytes) / 4 - 1) AS place
            CROSS JOIN LATERAL (SELECT get_byte(bytes, 4 * place)::bigint + (get_byte(bytes, 4 * place + 1)::bigint << 8)
                + (get_byte(bytes, 4 * place + 2)::bigint << 16) + (get_byte(bytes, 4 * place + 3)::bigint << 24) AS bits) AS word
            CROSS JOIN LATERAL (SELECT (bits >> 23) & 255 AS exponent) AS parts
        $$
        """
    }
}
