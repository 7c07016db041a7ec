import API
import Client
import Options

extension Operand {
    static let group = Operand("GROUP", help: "the group's number, or that of any picture in it")
}

/// The inbox at the command line.
enum Inbox {
    /// The group that the operand `GROUP` names.
    /// - Throws: `UsageError` for what is no number; `Failure` when there is no such picture.
    static func group(_ arguments: Arguments) throws -> InboxGroup {
        let text = arguments.operand("GROUP") ?? ""
        guard let number = Int64(text), number > 0 else {
            throw arguments.misuse("GROUP is a group's number, not “\(text)”")
        }
        let groups = try arguments.client.call(ListInbox.self).groups
        guard let group = groups.first(where: { $0.pictures.contains { $0.id == number } }) else {
            throw Failure(.notFound, "there is no picture \(number) in the inbox; see aniwho inbox list")
        }
        return group
    }

    /// Where the distance comes from within which groups are one.
    static func rule(_ inbox: ListInbox.Response) -> String {
        let distance = "pictures that lie within \(Show.decimal(inbox.threshold)) of each other on average are together"
        return switch inbox.thresholdFrom {
        case .registry: "\(distance), by pairs of enrolled pictures"
        case .model: "\(distance): the model's radius, for too little is enrolled"
        case .none: "only copies are together: too little is enrolled, and the model has no radius"
        }
    }
}

extension InboxGroup {
    /// The number that people call it by: its oldest picture's.
    var number: Int64 { pictures.map(\.id).min() ?? 0 }
}
