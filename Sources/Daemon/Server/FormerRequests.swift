import API

/// The requests of 0.1.0 whose path has changed, for the message that refuses them. A change of the method alone needs no line here: the
/// message names the methods of a path.
let formerRequests: [(method: HTTPMethod, path: PathTemplate, now: String)] = [
    (.get, PathTemplate("/v1/characters/{name}/split"), "POST \(ProposeSplit.path)"),
    (.get, PathTemplate("/v1/inbox"), "POST \(GroupInbox.path)"),
]
