import API
import Embedding
import Foundation
import Registry

/// The headers by which a browser shows its session, and by which it says which page sends a request.
struct BrowserHeaders: Sendable, Equatable {
    var cookie: String?
    /// The origin of the page that sends the request; browsers set it on all that may change something.
    var origin: String?
    /// The session's token. No other page knows it, and a form cannot send it.
    var token: String?
    /// `Sec-Fetch-Site`: `same-origin`, `none` for what the user typed, or what another page asks for.
    var site: String?

    static let tokenName = "X-AniWho-Token"

    /// The values of the cookies that may hold a session's secret. All ports of a machine share their cookies, so that there may be some of
    /// other daemons.
    var secrets: [String] {
        (cookie ?? "").split(separator: ";").compactMap { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return sides.count == 2 && sides[0].hasPrefix(SessionCookie.prefix) ? sides[1] : nil
        }
    }
}

extension Authentication {
    private static let safeMethods: Set = ["GET", "HEAD"]

    /// Refuses what another page has a browser send.
    func checkOrigin(of browser: BrowserHeaders, host: String, method: String) throws(APIError) {
        guard !Self.safeMethods.contains(method), let origin = browser.origin else { return }
        guard isOwn(origin, host: host) else {
            throw APIError(
                .forbidden, "a page of “\(origin)” may not send \(method) to this daemon; only its own page may")
        }
    }

    private func isOwn(_ origin: String, host: String) -> Bool {
        let origin = origin.lowercased()
        return origin == pageURL?.origin || Self.isThisMachine(host) && origin == "http://" + host.lowercased()
    }

    /// The session of a browser; nil when it shows none that is known and lasts, and when it shows none of the session's token where that
    /// is needed.
    /// - Throws: `unauthorized` with a wrong token; `forbidden` without the header `Origin` where it is needed.
    func session(of browser: BrowserHeaders, method: String, at now: Date) throws(APIError) -> Caller? {
        let secrets = browser.secrets
        guard !secrets.isEmpty else { return nil }
        // A daemon's page that asks for a picture is of the same origin. What the user types has no page.
        guard ["same-origin", "none", nil].contains(browser.site) else { return nil }
        let found = secrets.lazy.compactMap { secret in
            registry.session(sha256: ContentHash.sha256(Data(secret.utf8)), usedAt: now)
        }.first
        guard let found, found.session.expiresAt > now else { return nil }
        if !Self.safeMethods.contains(method) {
            guard browser.origin != nil else {
                throw APIError(.forbidden, "a request of a session needs the header Origin, which browsers set")
            }
            guard let token = browser.token else { return nil }
            guard ContentHash.sha256(Data(token.utf8)) == found.tokenSHA256 else {
                throw APIError(
                    .unauthorized,
                    "the header \(BrowserHeaders.tokenName) must be the token that this session got; open a new link: aniwho web"
                )
            }
        }
        return .session(found.session.id, user: found.session.uid, found.session.role)
    }
}

extension Caller {
    /// By whom its TCP connection is counted, once it has shown who it is; nil for the others.
    var connectionOwner: String? {
        switch self {
        case .token(let name, _, _): name
        // No token has such a name: names have no control characters.
        case .session(let id, _, _): "session\t\(id)"
        case .user, .guest: nil
        }
    }
}
