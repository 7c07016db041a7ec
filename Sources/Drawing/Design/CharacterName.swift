/// Invented names: a given name and a family name made of parts. All names are different, however many there are.
public enum CharacterName {
    private static let given = [
        "Aoi", "Mio", "Haruto", "Sena", "Yuzuki", "Ren", "Kotone", "Itsuki", "Nagi", "Chiyo", "Subaru", "Mei", "Kanade",
        "Riku",
        "Tomoe", "Sora", "Hinata", "Akane", "Kaede", "Minato", "Shizuku", "Yuma", "Rinka", "Tsubasa", "Nanami", "Asahi",
        "Koharu",
        "Makoto", "Suzuha", "Hotaru", "Iori", "Momoka", "Takumi", "Wakaba", "Ayame", "Shion", "Fuyuka", "Natsume",
        "Kohaku",
        "Misora", "Yukari", "Hayate", "Serina", "Tamaki", "Airi", "Chinatsu", "Kazuha", "Mahiro", "Sumire", "Touka",
        "Ruri", "Emi",
        "Hibiki", "Izumi", "Kirara", "Nozomi", "Satsuki", "Yayoi", "Ichika",
    ]
    private static let familyStarts = [
        "Hoshi", "Tsuki", "Kaze", "Ama", "Shira", "Kuro", "Aka", "Midori", "Yuki", "Hana", "Mizu", "Kiri", "Asa",
        "Tachi", "Fuji",
        "Sakura", "Nami", "Haru", "Aki", "Fuyu", "Ishi", "Kawa", "Mori", "Taka", "Naga", "Furu", "Ao", "Hina", "Kusa",
    ]
    private static let familyEnds = [
        "no", "hara", "mine", "sato", "zaki", "saka", "gawa", "mura", "bashi", "kura", "tani", "sawa", "shima", "numa",
        "se", "machi",
        "gaki",
    ]

    /// The number of names without numerals.
    static let distinct = given.count * familyStarts.count * familyEnds.count

    /// The name of character number `index` (from 0) of the cast that `seed` gives, such as "Aoi Hoshino".
    ///
    /// A walk with a fixed stride that is coprime to the number of combinations visits each of them once. After the last, the walk starts
    /// again with "II" after the name. Names have only Latin letters and spaces, so they can be folder names.
    public static func name(seed: UInt64, index: Int) -> String {
        let start = Int((seed &- 1) % UInt64(distinct)) * 7919
        let position = (start + (index % distinct) * stride) % distinct
        let family = position / given.count
        let name =
            "\(given[position % given.count]) \(familyStarts[family % familyStarts.count])\(familyEnds[family / familyStarts.count])"
        let round = index / distinct
        return round == 0 ? name : name + " " + numeral(round + 1)
    }

    /// 29 · 17 · 59 = 29,087 combinations; 12,343 shares no factor with it and jumps about in both parts.
    private static let stride = 12_343

    private static func numeral(_ number: Int) -> String {
        let signs = [
            (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
        ]
        var rest = number
        var text = ""
        for (value, sign) in signs {
            while rest >= value {
                text += sign
                rest -= value
            }
        }
        return text
    }
}
