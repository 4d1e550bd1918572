/// A file that the pages need and that is missing or wrong; the process does not start with one.
package struct AssetFault: Error, CustomStringConvertible {
    package let description: String

    init(_ file: String, _ reason: String) { self.description = "\(file) \(reason)." }
}
