import Hummingbird
package import Kernel

/// What somebody who has signed in must do before they may do anything else.
///
/// Asked before any route, so that a new route cannot forget it.
package struct Duty: Sendable {
    /// Where it is done.
    package let page: String
    /// The paths that it leaves open; anything else is answered with the problem, or sent to the page.
    let paths: Set<String>
    package let problem: Problem

    package init(page: String, leavingOpen paths: Set<String>, otherwise problem: Problem) {
        self.page = page
        self.paths = paths.union([page])
        self.problem = problem
    }

    /// Lets a request through, or says what is to be done first.
    ///
    /// - Returns: Where a browser is sent instead; `nil` if the request may go on.
    func answer(to request: Request) throws(Problem) -> Response? {
        if self.paths.contains(request.uri.path) { return nil }
        guard request.wantsPage, request.method == .get || request.method == .head,
            request.headers[.fragment] == nil, request.headers[.background] == nil
        else { throw self.problem }
        return Response(status: .seeOther, headers: [.location: self.page, .cacheControl: "no-store"])
    }
}
