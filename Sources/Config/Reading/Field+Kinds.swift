package import Keys
package import Shannon

extension Field {
    package static func text(_ key: String, required: Bool = false, _ place: WritableKeyPath<Target, String>) -> Field {
        Field(key, required: required) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.text()
        }
    }

    package static func optionalText(_ key: String, _ place: WritableKeyPath<Target, String?>) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in target[keyPath: place] = try value.text() }
    }

    package static func texts(_ key: String, required: Bool = false, _ place: WritableKeyPath<Target, [String]>)
        -> Field
    {
        Field(key, required: required) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.texts()
        }
    }

    package static func flag(_ key: String, _ place: WritableKeyPath<Target, Bool>) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in target[keyPath: place] = try value.flag() }
    }

    /// A count that is not negative; TOML's integers end at `Int64.max`.
    package static func unsigned(
        _ key: String, required: Bool = false, in range: ClosedRange<Int64> = 0...Int64.max,
        _ place: WritableKeyPath<Target, UInt64>
    ) -> Field {
        Field(key, required: required) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = UInt64(clamping: try value.integer(in: range))
        }
    }

    package static func integer(
        _ key: String, required: Bool = false, in range: ClosedRange<Int64>, _ place: WritableKeyPath<Target, Int>
    ) -> Field {
        Field(key, required: required) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = Int(clamping: try value.integer(in: range))
        }
    }

    package static func number(
        _ key: String, in range: ClosedRange<Double>, _ place: WritableKeyPath<Target, Double>
    ) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in target[keyPath: place] = try value.number(in: range)
        }
    }

    package static func coin(_ key: String, atLeast minimum: Int64 = 0, _ place: WritableKeyPath<Target, Coin>) -> Field
    {
        Field(key) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.coin(atLeast: minimum)
        }
    }

    /// An amount that the spec keeps as a number of upokt.
    package static func amount(
        _ key: String, required: Bool = false, atLeast minimum: Int64 = 0, _ place: WritableKeyPath<Target, Int64>
    ) -> Field {
        Field(key, required: required) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.coin(atLeast: minimum).amount
        }
    }

    package static func span(_ key: String, atLeast minimum: Span, _ place: WritableKeyPath<Target, Span>) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.span(atLeast: minimum)
        }
    }

    package static func choice<Choice>(
        _ key: String, required: Bool = false, _ choices: KeyValuePairs<String, Choice>,
        _ place: WritableKeyPath<Target, Choice>
    ) -> Field {
        Field(key, required: required) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.choice(choices)
        }
    }

    package static func address(_ key: String, _ place: WritableKeyPath<Target, Address>) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in
            let address = Address(try value.text())
            guard address.isValid else { throw value.error(expected: "an address of the form \"pokt1…\"") }
            target[keyPath: place] = address
        }
    }

    /// A table of its own.
    package static func section<Part>(
        _ key: String, _ place: WritableKeyPath<Target, Part>, _ fields: [Field<Part>]
    ) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in
            try value.read(into: &target[keyPath: place], fields)
        }
    }

    /// An array of tables, `[[key]]`, which replaces the built-in list as a whole.
    package static func list<Item>(
        _ key: String, _ place: WritableKeyPath<Target, [Item]>, of blank: Item, _ fields: [Field<Item>],
        isSecret: Bool = false
    ) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.readList(of: blank, fields, isSecret: isSecret)
        }
    }
}
