import FoundationEssentials
import Kernel
package import Settings

/// With what single fields are sealed.
package struct KeysSettings: Sendable {
    package let keyring: Keyring

    package init(_ reader: SettingsReader) {
        reader.section("keys", "Keys for what is sealed in the database")
        self.keyring = Keyring(
            active: reader.key(
                required: "keys.active",
                "The key that secrets in the database are sealed with; whoever loses it loses what it seals"),
            older: reader.keys(
                optional: "keys.older",
                "Keys that were active before, with commas between them; `wcc keys reseal` makes them needless"))
    }
}
