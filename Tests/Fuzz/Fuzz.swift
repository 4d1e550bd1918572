import Foundation
import Kernel

/// What any bytes are given to: it never traps, and it records what is not as promised.
typealias Target = @Sendable (_ bytes: [UInt8]) -> Void

/// Says what was promised and not kept; libFuzzer keeps the bytes and ends.
func fail(_ message: String) -> Never { fatalError("promise broken: \(message)") }

/// What is read and written again is what was read.
func roundTrip<Value: Equatable>(_ text: String, _ read: (String) -> Value?, _ write: (Value) -> String) {
    guard let value = read(text) else { return }
    if read(write(value)) != value { fail("\(value) is not what it was, written as \(write(value).debugDescription)") }
}

/// One process, one target: `FUZZ_TARGET` says which.
private let target: Target = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let target = targets[name] else {
        print("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: " "))")
        exit(2)
    }
    return target
}()

/// Called by libFuzzer, with bytes that it makes from those that led somewhere new.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
