import ArgumentParser
import Foundation
import Keys
import Offchain

/// `localnet verify`: checks a receipt without any network.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the receipt of an answer, offline.",
        discussion: """
            Signatures and hashes prove that request and answer were signed, that the supplier signed a claim, and that \
            the relay is a leaf of it. That the claim was taken in, heights and amounts are its issuer's word: name the \
            issuer that you trust with --issuer. A receipt holds the whole prompt in clear, and of the answer its hash.

            Exit codes: 0 every link holds; 10 a link is broken; 64 the issuer is no address and no key; 65 the file is \
            no receipt; 66 not found.
            """)

    @Argument(help: "The receipt, as GET /pokt/receipts/{id} returns it; - for standard input.", completion: .file())
    var file: String

    @Option(help: "Take no other issuer's word: its address, or its public key as 66 hexadecimal digits.")
    var issuer: String?

    func validate() throws {
        guard let issuer, !Address(issuer).isValid else { return }
        guard let key = try? Bytes(hex: issuer), (try? PublicKey(key)) != nil else {
            throw ValidationError(
                "--issuer: expected an address (pokt1…) or a public key, found '\(issuer.prefix(100))'")
        }
    }

    func run() async throws {
        try await reporting {
            let data: Data
            if file == "-" {
                data = FileHandle.standardInput.readDataToEndOfFile()
            } else {
                guard let found = FileManager.default.contents(atPath: file) else {
                    throw Failure(.notFound, "there is no readable file '\(file)'")
                }
                data = found
            }
            do throws(ReceiptError) {
                let receipt = try Receipt(json: Bytes(data))
                try receipt.verify(issuedBy: issuer)
                Terminal.say(Self.lines(of: receipt))
            } catch {
                throw Failure(error.link == .form ? .badInputFile : .expectationFailed, "\(error)")
            }
        }
    }

    private static func lines(of receipt: Receipt) -> [String] {
        var lines = [
            "relay \(receipt.relayHash.bytes.hex): asked by the application's ring, answered and signed by its supplier"
        ]
        if let claim = receipt.claim {
            lines.append("claimed at height \(claim.height) as one leaf of \(claim.computeUnits) compute units")
        } else {
            lines.append("not claimed yet when the receipt was issued")
        }
        if let settlement = receipt.settlement {
            lines.append(
                "\(settlement.event) at height \(settlement.height): \(settlement.settledUpokt) of "
                    + "\(settlement.claimedUpokt) upokt paid for \(settlement.relays) relays, "
                    + "\(settlement.mintedUpokt) upokt minted")
        } else {
            lines.append("not settled yet when the receipt was issued")
        }
        lines.append(
            "heights, amounts and that the claim was taken in are the word of its issuer "
                + "\(receipt.issuerAddress.map { "\($0)" } ?? ""), key \(receipt.issuerKey.bytes.hex)")
        return lines
    }
}
