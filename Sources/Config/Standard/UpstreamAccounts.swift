/// Public test mnemonics of upstream's localnet accounts, so that they have upstream's addresses (`config.yml`).
///
/// They are printed in upstream's repository; nobody may keep anything of value behind them.
public enum UpstreamAccounts {
    /// Words by account name.
    public static let mnemonics: KeyValuePairs<String, String> = [
        "faucet":
            "baby advance work soap slow exclude blur humble lucky rough teach wide "
            + "chuckle captain rack laundry butter main very cannon donate armor dress follow",
        "pnf":
            "crumble shrimp south strategy speed kick green topic stool seminar track stand "
            + "rhythm almost bubble pet knock steel pull flag weekend country major blade",
        "validator1":
            "creek path rule retire evolve vehicle bargain champion roof whisper prize endorse "
            + "unknown anchor fashion energy club sauce elder parent cotton old affair visa",
        "app1":
            "mention spy involve verb exercise fiction catalog order agent envelope mystery text "
            + "defy sing royal fringe return face alpha knife wonder vocal virus drum",
        "app2":
            "material little labor strong search device trick amateur action crouch invite glide "
            + "provide elite mango now paper sense found hamster neglect work install bulk",
        "app3":
            "involve clean slab term real human green immune valid swing protect talk "
            + "silent unique cart few ice era right thunder again drop among bounce",
        "app4":
            "blade light diagram grocery quit orchard patient wonder usual category later want "
            + "offer increase blush this business protect village top cricket laundry holiday measure",
        "app5":
            "worry pupil rival such jump pitch flame prosper tattoo eternal round receive "
            + "cube crowd remove afraid garment brand toy nut guitar toy sausage fragile",
        "supplier1":
            "cool industry busy tumble funny relax error state height like board wing "
            + "goat emerge visual idle never unveil announce hill primary okay spatial frog",
        "supplier2":
            "peanut hen enroll meat legal have error input bulk later correct denial "
            + "onion fossil wing excuse elephant object apology switch claim rare decide surface",
        "supplier3":
            "client city senior tenant source soda spread buffalo shaft amused bar carbon "
            + "keen off feel coral easily announce metal orphan sustain maple expand loop",
        "gateway1":
            "salt iron goat also absorb depend involve agent apology between lift shy "
            + "door left bulb arrange industry father jelly olive rifle return predict into",
        "gateway2":
            "suffer wet jelly furnace cousin flip layer render finish frequent pledge feature "
            + "economy wink like water disease final erase goat include apple state furnace",
        "gateway3":
            "elder spatial erosion soap athlete tide subject recipe also awkward head pattern "
            + "cart version beach usual oxygen confirm erupt diamond maze smooth census garment",
        "source_owner_anvil":
            "burden effort glue note honey erupt fiscal vote gold addict toy flag "
            + "spare wrap chest table bomb sort arena phone sadness sustain urge wink",
        "source_owner_ollama":
            "initial scorpion soccer decrease sorry convince donor canoe bid pill monster today "
            + "cycle slot judge bulb dismiss reject hurt mesh glare fork sustain wash",
        "unauthorized":
            "abuse tumble whip pioneer immense pipe method note upon glory switch rail "
            + "metal camp gasp top require rain party total struggle glance between fossil",
    ]

    /// The words of an account; nil when upstream has none of that name.
    public static func mnemonic(of name: String) -> String? { mnemonics.first { $0.key == name }?.value }
}
