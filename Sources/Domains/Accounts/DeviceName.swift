/// What somebody is signed in with, in the words they would use themselves.
///
/// Coarse on purpose: enough to tell one's telephone from the tablet in the office, and no more.
enum DeviceName {
    /// In this order, because most browsers also say that they are another.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"),
        ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ]

    /// - Parameter agent: What a browser calls itself, or anything else.
    /// - Returns: Such as `Chrome on Android`; `nil` if it is none that is known.
    static func of(_ agent: String) -> String? {
        let text = agent.prefix(500)
        guard let browser = Self.browsers.first(where: { text.contains($0.0) })?.1 else { return nil }
        guard let system = Self.systems.first(where: { text.contains($0.0) })?.1 else { return browser }
        return "\(browser) on \(system)"
    }
}
