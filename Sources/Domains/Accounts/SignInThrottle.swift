import Kernel
import Limits

/// How often somebody may try to sign in, asked before anything dear is done.
///
/// A try takes its place before the password is looked at, so a burst of parallel tries gets no more than a slow
/// series; only a try that succeeds gives it back. A name that nobody has is counted like any other, so the answer
/// tells nothing.
///
/// A device that its owner has signed in on before is counted by itself: whoever guesses elsewhere uses up the tries of
/// devices that nobody knows, and keeps nobody from their work.
struct SignInThrottle: Sendable {
    /// A place that was taken.
    struct Reservation: Sendable {
        fileprivate let places: [RatePlace]
    }

    let rates: Rates

    /// Takes a place of the name and the network, or of a device that is known to belong to whoever is tried.
    func reserve(
        _ name: SignInName, from network: AddressPrefix, on device: DeviceMark?
    ) async throws(AccountsError) -> Reservation {
        let keys = self.rates.keys
        let places =
            if let device {
                [keys.place(.signInDevice, "\(device.account) \(device.nonce)")]
            } else {
                [keys.place(.signInName, name.text), keys.place(.signInNetwork, network.description)]
            }
        if let answer = await self.rates.take(places), !answer.isAllowed {
            throw .tooManyTries(seconds: Int(answer.retryAfter.rounded(.up)))
        }
        return Reservation(places: places)
    }

    func giveBack(_ place: Reservation) async { await self.rates.giveBack(place.places) }
}
