/// A request that travels as a JSON body, and has no parameters in its path or query.
public protocol JSONRequest: EndpointRequest, Codable, Equatable {
    /// Checks the values of a request that arrived, after its JSON was read. Does nothing unless a request declares it.
    /// - Throws: `bad_parameter` or `bad_request`, which says what is wrong.
    func check() throws(APIError)
}

extension JSONRequest {
    public func check() throws(APIError) {}

    public func message() throws(APIError) -> RequestMessage { RequestMessage(body: .json(try JSON.encode(self))) }

    public init(message: RequestMessage) throws(APIError) {
        try message.allowQuery([])
        self = try message.json(Self.self)
        try check()
    }
}
