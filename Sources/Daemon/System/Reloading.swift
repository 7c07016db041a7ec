import Options

/// Reads the configuration again, and applies the settings that can change while the daemon runs.
struct Reloading: Sendable {
    /// The daemon's command line, which does not change.
    let arguments: Arguments
    let services: Services
    let socket: UnixSocket

    /// - Parameter former: the configuration in use.
    /// - Returns: the configuration in use afterwards: the former one when the new one has an error.
    func apply(after former: Configuration) -> Configuration {
        let log = services.log
        do throws(ConfigurationError) {
            let new = try Configuration(arguments)
            log.change(threshold: new.logLevel, format: new.logFormat)
            services.access.change(new.roles, limits: new.limits)
            socket.admit(others: new.roles.admitsOthers)
            services.connections.change(new.connections.fitting(openFiles: OpenFiles.limit))
            services.bodies.change(new.bodies)
            services.housekeeping.change(new.retention)
            services.webhooks.change(new.webhooks)
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
