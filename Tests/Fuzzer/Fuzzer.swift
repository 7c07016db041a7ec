import Foundation
import FuzzTargets

/// The target that `$ANIWHO_FUZZ` names.
private let target: FuzzTarget = {
    guard let target = ProcessInfo.processInfo.environment["ANIWHO_FUZZ"].flatMap(FuzzTarget.init) else {
        fatalError("$ANIWHO_FUZZ must be one of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do { try target.feed(Array(UnsafeBufferPointer(start: bytes, count: count))) } catch { fatalError("\(error)") }
    return 0
}
