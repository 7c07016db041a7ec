import Foundation

/// Settings that survive a restart: a text for each key.
public protocol SettingStore: Sendable {
    /// The value; nil if it is not set.
    func setting(_ key: String) async throws(RegistryError) -> String?

    /// Sets a value; nil removes it.
    func setSetting(_ key: String, _ value: String?) async throws(RegistryError)
}

extension Registry: SettingStore {
    public func setting(_ key: String) throws(RegistryError) -> String? {
        try database().first("SELECT value FROM settings WHERE key = $1", [.text(key)]) { $0.text(0) }
    }

    public func setSetting(_ key: String, _ value: String?) throws(RegistryError) {
        try change { (database, indexes) throws(RegistryError) in
            try database.set(setting: key, to: value)
            indexes.note(.settings)
        }
    }
}

extension Connection {
    /// Sets a setting inside a transaction; nil removes it.
    func set(setting key: String, to value: String?) throws(RegistryError) {
        guard let value else {
            try run("DELETE FROM settings WHERE key = $1", [.text(key)])
            if changes > 0 { try record("setting.remove", subject: key) }
            return
        }
        try run(
            """
            INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
            """,
            [.text(key), .text(value), .time(Date())])
        try record("setting.set", subject: key, detail: ["value": value])
    }
}
