import API

/// What a route does, apart from answering.
///
/// ``Router`` enforces it, whatever the route's code does: unless the route ``changes`` something, SQLite refuses every change, and what
/// only ``reads`` gets no thread for long computations.
enum Effect: Sendable {
    /// Reads a little. Every GET is of this kind, because programs repeat GETs and fetch them ahead, without asking anybody.
    case reads
    /// Computes, perhaps for long, and changes nothing that a user sees. Readers may ask for it.
    case computes
    /// Changes the registry, a setting or a file.
    case changes

    /// That of the request that the current task works for; nil for the daemon's own work.
    @TaskLocal static var current: Effect?

    /// - Throws: `internal` when the request only reads.
    static func checkMayCompute() throws(APIError) {
        guard current != .reads else {
            throw APIError(.internal, "a request that only reads tried to compute for long")
        }
    }
}
