public import API

/// What makes a repeated request for a job the same request.
public struct JobKey: Sendable, Equatable {
    /// The caller's choice.
    public let text: String
    /// A hash of the request: the key of another request cannot be used again.
    public let request: String

    public init(_ text: String, request: String) { (self.text, self.request) = (text, request) }
}

extension Registry {
    /// The job that the author has queued with a key; nil if there is none.
    /// - Throws: `keyReused` when the author has used the key for another request.
    public func job(under key: JobKey?) throws(RegistryError) -> Job? {
        guard let key else { return nil }
        let known = try database().first(
            "SELECT job, request FROM job_keys WHERE asked_by = $1 AND key = $2",
            [.text(Registry.author), .text(key.text)]
        ) { (job: $0.integer(0), request: $0.text(1)) }
        guard let known else { return nil }
        guard known.request == key.request else {
            throw RegistryError(
                .keyReused,
                "the key “\(key.text)” belongs to another request, which queued job \(known.job); use a new key for each request"
            )
        }
        return try job(known.job)
    }

    /// Queues a job in a transaction, or finds the one that the author has queued with the key.
    /// - Throws: as ``job(under:)``; what `make` throws.
    func queue(_ key: JobKey?, _ make: () throws(RegistryError) -> Job) throws(RegistryError) -> Job {
        try change { (database, indexes) throws(RegistryError) in
            if let known = try job(under: key) { return known }
            let job = try make()
            indexes.note(.jobs)
            if let key {
                try database.run(
                    "INSERT INTO job_keys (asked_by, key, request, job) VALUES ($1, $2, $3, $4)",
                    [.text(Registry.author), .text(key.text), .text(key.request), .integer(job.id)])
            }
            return job
        }
    }
}
