import Foundation

/// The users of the system.
public enum SystemUsers {
    /// A user's name by id; nil when the system has no such user.
    public static func name(of number: Int) -> String? {
        guard let uid = uid_t(exactly: number) else { return nil }
        return unsafe look {
            unsafe getpwuid_r(uid, $0, $1, $2, $3)
        } found: {
            unsafe String(cString: $0.pw_name)
        }
    }

    /// A user's id by name; nil when the system has no such user.
    public static func id(of name: String) -> Int? {
        unsafe look {
            unsafe getpwnam_r(name, $0, $1, $2, $3)
        } found: {
            unsafe Int($0.pw_uid)
        }
    }

    private static func look<Value>(
        _ ask: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32, found read: (passwd) -> Value
    ) -> Value? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>? = nil
        var buffer = [CChar](repeating: 0, count: 16384)
        let status = unsafe ask(&entry, &buffer, buffer.count, &found)
        guard status == 0, let found = unsafe found else { return nil }
        return unsafe read(found.pointee)
    }
}
