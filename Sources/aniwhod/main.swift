import API
import Daemon
import Foundation
import Platform

// Before the first call that may run on another thread.
AddressSpace.check(for: "aniwhod")
exit(await DaemonProgram.run(Array(CommandLine.arguments.dropFirst())).rawValue)
