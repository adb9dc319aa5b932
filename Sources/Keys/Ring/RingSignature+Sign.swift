extension RingSignature {
    /// Signs a 32-byte hash as one member of a ring, exactly as ring-go does with the same draws.
    ///
    /// `draw` gives 32 random bytes a time: first the signer's nonce, then the response of each other member, in
    /// ring order after the signer. A nonce must never serve two signatures, or the key can be computed from
    /// them; `sign(message:ring:signer:context:)` takes care of that.
    ///
    /// Throws when the message is not 32 bytes, the ring has fewer than two members, or the signer is not in it.
    public static func sign(
        message: Bytes, ring: [PublicKey], signer: PrivateKey, draw: () -> Bytes
    ) throws(KeyError) -> RingSignature {
        try check(message: message)
        return try attempt(message, ring, signer, check(ring: ring, signer: signer), draw).signature
    }

    /// Signs a 32-byte hash as one member of a ring, with nonces derived from the key, the message, the ring and
    /// the context.
    ///
    /// The same inputs give the same bytes; another context (a relay's number, say) gives other ones. Draws are
    /// repeated until both of the network's curve backends accept the result. The process remembers what it signed,
    /// so whoever needs the signature a second time, or asked for it ahead, has it at once.
    public static func sign(
        message: Bytes, ring: [PublicKey], signer: PrivateKey, context: Bytes = []
    ) throws(KeyError) -> RingSignature {
        try check(message: message)
        let place = try check(ring: ring, signer: signer)
        if signer.publicKey.isStandIn {
            return StandIn.sign(message, ring: ring, signer: signer.publicKey, context: context)
        }
        let all = message + context + signer.publicKey.bytes + ring.flatMap(\.bytes)
        let known = signed.value(for: all) {
            var nonces = DerivedNonces(key: signer, message: message, ring: ring, context: context)
            while let (signature, isShifted) = try? attempt(message, ring, signer, place, { nonces.next() }) {
                if !isShifted { return signature }
            }
            return nil
        }
        guard let known else { throw .cannotRingSign("the draw for the nonce is zero") }
        return known
    }

    private static let signed = Memo<RingSignature>(limit: 4096)

    private static func check(message: Bytes) throws(KeyError) {
        guard message.count == 32 else {
            throw .cannotRingSign("expected a message of 32 bytes, found \(message.count)")
        }
    }

    /// Whether a key can sign for a ring; its place there.
    ///
    /// Throws when the ring has fewer than two members or a key that does not hash to the curve, or the signer is not
    /// in it.
    @discardableResult
    public static func check(ring: [PublicKey], signer: PrivateKey) throws(KeyError) -> Int {
        guard ring.count >= 2 else { throw .cannotRingSign("expected two or more members, found \(ring.count)") }
        guard let place = ring.firstIndex(of: signer.publicKey) else {
            throw .cannotRingSign("the signer \(signer.address) is not a member of the ring")
        }
        guard !signer.publicKey.isStandIn else { return place }
        for key in ring where RingMember(key) == nil { throw .cannotRingSign("\(key) does not hash to the curve") }
        return place
    }

    private static func attempt(
        _ message: Bytes, _ ring: [PublicKey], _ signer: PrivateKey, _ place: Int, _ draw: () -> Bytes
    ) throws(KeyError) -> (signature: RingSignature, isShifted: Bool) {
        var members: [RingMember] = []
        for key in ring {
            guard let member = RingMember(key) else { throw .cannotRingSign("\(key) does not hash to the curve") }
            members.append(member)
        }
        let image = signer.image(over: members[place].hashed.point)
        guard let imageBase = FixedBase.of(PublicKey(image)) else {
            throw .cannotRingSign("the signer's image is no point")
        }
        let nonce = Scalar(reducing: draw())
        guard !nonce.isZero else { throw .cannotRingSign("the draw for the nonce is zero") }

        var responses = [Scalar](repeating: .zero, count: ring.count)
        var challenges = responses
        var isShifted = false
        var left = Point.base(nonce)
        var right = members[place].hashed.point.secretMultiple(nonce)
        for offset in 1...ring.count {
            let challenge = RingChallenge(message: message, left: left, right: right)
            isShifted = isShifted || challenge.isShifted
            let index = (place + offset) % ring.count
            challenges[index] = challenge.scalar
            if index == place { break }
            responses[index] = Scalar(reducing: draw())
            (left, right) = members[index].step(
                response: responses[index], challenge: challenge.scalar, image: imageBase)
        }
        responses[place] = nonce.plus(challenges[place].times(signer.scalar).negated)
        let signature = RingSignature(
            firstChallenge: challenges[0], image: image, responses: responses, keys: ring)
        return (signature, isShifted)
    }
}

extension PrivateKey {
    private static let images = Memo<Point>(limit: 4096)

    /// The key's image, 33 bytes, which links all ring signatures it makes.
    public var keyImage: Bytes? {
        RingMember(publicKey).map { image(over: $0.hashed.point).compressed }
    }

    /// The secret multiple of the key's own hashed point; public once the key has signed, so it may be remembered.
    func image(over hashed: Point) -> Point {
        PrivateKey.images.value(for: publicKey.bytes) { hashed.secretMultiple(scalar) } ?? .infinity
    }
}
