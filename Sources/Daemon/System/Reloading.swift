import Options

/// Reads the configuration again, and changes what can be changed while the daemon runs.
struct Reloading: Sendable {
    /// The command line, which stays as it was.
    let arguments: Arguments
    let services: Services
    let socket: ListeningSocket

    /// - Parameter former: what holds now.
    /// - Returns: what holds then: the former configuration when the new one cannot be used.
    func apply(after former: Configuration) -> Configuration {
        let log = services.log
        do throws(ConfigurationError) {
            let new = try Configuration(arguments)
            log.change(threshold: new.logLevel, format: new.logFormat)
            services.access.change(new.roles, limits: new.limits)
            socket.admit(others: new.roles.admitsOthers)
            services.connections.change(new.connections.fitting(openFiles: OpenFiles.limit))
            for name in new.needingRestart(from: former) {
                log.write(.warning, "setting needs a restart", ["setting": name])
            }
            log.write(.info, "configuration read again", ["file": new.file ?? "none"])
            return new
        } catch {
            log.write(.error, "configuration not changed", ["message": error.problems.joined(separator: "; ")])
            return former
        }
    }
}
