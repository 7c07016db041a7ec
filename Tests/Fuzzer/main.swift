import Foundation
import FuzzTargets

/// libFuzzer's loop, as a function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ feed: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The target that `$ANIWHO_FUZZ` names.
private let target: FuzzTarget = {
    guard let target = ProcessInfo.processInfo.environment["ANIWHO_FUZZ"].flatMap(FuzzTarget.init) else {
        fatalError("$ANIWHO_FUZZ must be one of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
}()

var count = CommandLine.argc
var words = CommandLine.unsafeArgv
exit(
    runDriver(&count, &words) { bytes, count in
        do { try target.feed(Array(UnsafeBufferPointer(start: bytes, count: count))) } catch { fatalError("\(error)") }
        return 0
    })
