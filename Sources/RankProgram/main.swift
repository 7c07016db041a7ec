import API
import CommandLine
import Foundation
import OpenMPI
import Platform

// Before the first call that may run on another thread.
AddressSpace.check(for: "aniwho-mpi")
do {
    let collective = try MPICollective()
    let status = await RankCommands.run(Array(Swift.CommandLine.arguments.dropFirst()), on: collective)
    exit(collective.end(status: status.rawValue))
} catch {
    FileHandle.standardError.write(Data("aniwho-mpi: \(error)\n".utf8))
    exit(EXIT_FAILURE)
}
