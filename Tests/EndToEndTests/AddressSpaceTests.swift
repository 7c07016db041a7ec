import Foundation
import Testing

/// The real programs under a limited address space.
@Suite struct AddressSpaceTests {
    /// Under some of these limits the threads of OpenBLAS asked for memory for ever, under others Dispatch for threads.
    @Test func `no limit lets a program spin`() throws {
        let daemon = try TestDaemon()
        let output = try daemon.shell(
            """
            export SWIFT_BACKTRACE=enable=no
            for limit in $(seq 100000 20000 400000) 600000 1000000; do
                for program in "aniwho status" "aniwhod --version"; do
                    (ulimit -v $limit; exec timeout -s KILL 30 $program) >>out 2>>errors
                    test $? != 137 || echo "$program does not end under $limit"
                done
            done
            (ulimit -v 1000000; aniwho status 2>&1; aniwhod --version; aniwho --version)
            grep -c "needs 128 MiB for its threads; raise it" errors
            """)
        #expect(!output.out.contains("does not end"), "\(output.out)")
        #expect(output.out.contains("the daemon is not running") && output.out.contains("aniwhod 0."))
        #expect(output.status == 0, "no program has said what it needs")
    }
}
