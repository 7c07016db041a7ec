import API
import Daemon
import Foundation

exit(await DaemonProgram.run(Array(CommandLine.arguments.dropFirst())).rawValue)
