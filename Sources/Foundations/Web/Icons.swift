import Foundation

/// Outlines of icons, each a template to be taken in beside the word it stands for.
///
/// They stand in the page itself, so they take its colour and cost no request; the word beside one says what it means,
/// so it is hidden from readers aloud.
package struct Icons: Sendable {
    let templates: [String: String]

    /// - Parameter directory: Its `.svg` files are the icons.
    /// - Throws: ``AssetFault`` for a file that is no outline.
    package init(directory: String) throws(AssetFault) {
        var templates: [String: String] = [:]
        for file in try FolderReader(directory).files(withExtension: "svg") {
            let text = String(decoding: file.content, as: UTF8.self)
            guard let inner = Self.inner(of: text), !inner.contains("<script"), !inner.contains("{{") else {
                throw AssetFault("\(directory)/\(file.name)", "is not an outline that can stand in a page")
            }
            templates["icons/\(file.name.dropLast(".svg".count))"] =
                #"<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">\#(inner)</svg>"#
        }
        self.templates = templates
    }

    /// What is between `<svg …>` and `</svg>`, without the line breaks.
    private static func inner(of text: String) -> String? {
        guard let start = text.range(of: "<svg"), let open = text[start.upperBound...].firstIndex(of: ">"),
            let close = text.range(of: "</svg>"), open < close.lowerBound
        else { return nil }
        return text[text.index(after: open)..<close.lowerBound].split(whereSeparator: \.isNewline)
            .map { $0.drop(while: \.isWhitespace) }.joined()
    }
}
