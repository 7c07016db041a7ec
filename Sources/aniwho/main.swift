import API
import CommandLine
import Foundation

exit(await CommandProgram.run(Array(Swift.CommandLine.arguments.dropFirst())).rawValue)
