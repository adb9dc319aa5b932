/// Raw bytes, the currency of everything that is hashed, signed or sent.
public typealias Bytes = [UInt8]
