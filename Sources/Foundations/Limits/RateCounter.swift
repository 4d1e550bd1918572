/// Somewhere that counts.
package protocol RateCounter: Sendable {
    /// Takes one of each, or none of any: what is refused for the sake of one is not counted against the others.
    ///
    /// - Returns: `nil` if it cannot say.
    func take(_ places: [RatePlace]) async -> RateAnswer?

    /// Makes undone that one of each was taken.
    func giveBack(_ places: [RatePlace]) async
}
