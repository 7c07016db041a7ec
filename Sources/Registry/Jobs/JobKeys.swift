import API

/// What makes a repeated request for a job the same request.
public struct JobKey: Sendable, Equatable {
    /// The caller's choice.
    public let text: String
    /// A hash of the request: the key of another request cannot be used again.
    public let request: String

    public init(_ text: String, request: String) { (self.text, self.request) = (text, request) }
}

extension Registry {
    /// Queues a job in a transaction, or finds the one that the author has queued with the key.
    /// - Throws: `keyReused` when the author has used the key for another request; what `make` throws.
    func queue(_ key: JobKey?, _ make: () throws(RegistryError) -> Job) throws(RegistryError) -> Job {
        let database = try database()
        return try database.transaction { () throws(RegistryError) in
            guard let key else { return try make() }
            let owner: [SQLValue] = [.text(Registry.author), .text(key.text)]
            let known = try database.first("SELECT job, request FROM job_keys WHERE asked_by = ? AND key = ?", owner) {
                (job: $0.integer(0), request: $0.text(1))
            }
            guard let known else {
                let job = try make()
                try database.run(
                    "INSERT INTO job_keys (asked_by, key, request, job) VALUES (?, ?, ?, ?)",
                    owner + [.text(key.request), .integer(job.id)])
                return job
            }
            guard known.request == key.request else {
                throw RegistryError(
                    .keyReused,
                    "the key “\(key.text)” belongs to another request, which queued job \(known.job); use a new key for each request"
                )
            }
            return try job(known.job)
        }
    }
}
