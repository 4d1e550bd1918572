package import Settings

/// How messages behave, as far as whoever runs the product decides it.
package struct MessagesSettings: Sendable {
    package let ladderMinute: Duration

    package init(_ reader: SettingsReader) {
        reader.section("messages", "Messages")
        self.ladderMinute = reader.duration(
            "messages.ladder_minute", default: .seconds(60), in: .milliseconds(100) ... .seconds(60),
            "How long a minute is when an unanswered urgent message is passed on; shorter only to try it out")
    }
}
