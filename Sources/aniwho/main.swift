import API
import CommandLine
import Foundation
import Platform

// Before the first call that may run on another thread.
AddressSpace.check(for: "aniwho")
exit(await CommandProgram.run(Array(Swift.CommandLine.arguments.dropFirst())).rawValue)
