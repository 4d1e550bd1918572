package import Foundation
package import Kernel
package import Settings

/// How much anybody may ask for.
package struct LimitsSettings: Sendable {
    package var key: Redacted<Data>?
    package var rates: [RateClass: Rate] = [
        .address: Rate(600, per: .seconds(60)),
        .read: Rate(1_200, per: .seconds(60)),
        .write: Rate(240, per: .seconds(60)),
        .search: Rate(60, per: .seconds(60)),
        .export: Rate(2, per: .seconds(3_600)),
        .stream: Rate(60, per: .seconds(60)),
        .organisation: Rate(60_000, per: .seconds(60)),
        // Ten at once, then one a minute: twenty in ten minutes.
        .signInName: Rate(10, per: .seconds(600)),
        .signInDevice: Rate(10, per: .seconds(600)),
        // Thirty at once, then one in two seconds: the network of a whole home at the change of a shift.
        .signInNetwork: Rate(30, per: .seconds(60)),
    ]

    package init() {}

    package init(_ reader: SettingsReader) {
        reader.section("limits", "How much anybody may ask for: so many at once, and as many again over the time")
        self.key = reader.key(
            optional: "limits.key",
            "What is made unreadable with it: whom Redis counts, and the mark of a device that has signed in. "
                + "The same for every process; without it one is made up, and forgotten with the process")
        let read: [(RateClass, String, String)] = [
            (.address, "limits.address", "Requests from one address, of people who are not signed in"),
            (.read, "limits.read", "Pages and records that one person reads"),
            (.write, "limits.write", "Changes that one person makes"),
            (.search, "limits.search", "Searches of one person"),
            (.export, "limits.export", "Exports of one person"),
            (.stream, "limits.stream", "Live streams that one person opens"),
            (.organisation, "limits.organisation", "Everything that the people of one organisation ask for"),
            (.signInNetwork, "limits.sign_in_network", "Tries to sign in from one network, on devices new to it"),
        ]
        for (rateClass, key, summary) in read {
            guard let rate = self.rates[rateClass] else { continue }
            let quota = reader.quota(key, default: (rate.burst, .seconds(rate.period)), summary)
            self.rates[rateClass] = Rate(quota.count, per: quota.period)
        }
    }
}
