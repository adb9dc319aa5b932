import Foundation
import Testing

@Suite("The step vocabulary")
struct StepCoverageTests {
    /// Upstream's steps with `{}` for each argument.
    static let steps = [
        "the user has the pocketd binary installed", "an account exists for {}",
        "the {} account for {} is staked", "the user verifies the {} for account {} is not staked",
        "the account {} has a balance greater than {} uPOKT",
        "the service {} registered for application {} has a compute units per relay of {}",
        "the application {} is staked for service {}", "the supplier {} is staked for service {}",
        "the session for application {} and service {} contains the supplier {}",
        "the session for application {} and service {} does not contain {}",
        "a service {} exists with compute units {} and owner {}", "the {} module parameters are set as follows",
        "all {} module params should be updated", "the {} module parameter update is rejected with the error {}",
        "the {} unbonding period param is successfully set to {} sessions of {} blocks",
        "the service {} compute units per relay is updated to {} by {}",
        "the compute units per relay history for {} should record {}",
        "the supplier {} has serviced a session with {} relays for service {} for application {}",
        "the application {} sends the supplier {} {} successful requests for service {} with path {} and data {}",
        "the user stakes a {} with {} uPOKT for {} service from the account {}",
        "the user stakes a {} with {} uPOKT from the account {}", "the user unstakes a {} from the account {}",
        "the user sends {} uPOKT from account {} to account {}", "the gateway {} sets its card to {}",
        "the user creates a service {} with name {} and compute units {} from account {} with metadata from file {}",
        "the user updates service {} with metadata from file {} from account {}", "the user runs the command {}",
        "the user runs the query {}", "the user runs relayminer relay for app {} to supplier {} with payload {}",
        "the application {} establishes a websockets connection for service {}",
        "the user should wait for the {} module {} Message to be submitted",
        "the user should wait for the {} module {} tx event to be broadcast",
        "a {} module {} end block event is broadcast",
        "the user should wait for the ClaimSettled event with {} proof requirement to be broadcast",
        "the user should wait for the ClaimSettled event claiming {} uPOKT to be broadcast",
        "the user should wait for {} seconds", "the user waits for the next session to start",
        "the user waits for the application for account {} {} period to finish",
        "the user waits for the supplier for account {} unbonding period to finish",
        "the user waits for supplier {} to become active for service {}",
        "the application receives EVM subscription events until the session ends",
        "the account balance of {} should be {} uPOKT {} than before",
        "the account balance of {} should be {} uPOKT {} than {}",
        "the {} stake of {} should be {} uPOKT {} than before", "the user remembers the balance of {} as {}",
        "the user remembers the balance of the DAO as {}",
        "the user remembers the balance of the service owner for {} as {}",
        "the user remembers the total validator balances as {}", "the DAO balance should be {} uPOKT {} than {}",
        "the total validator balances should be {} uPOKT {} than {}",
        "the service owner balance for {} should be {} uPOKT {} than {}",
        "the {} for account {} is staked with {} uPOKT", "the supplier for account {} is unbonding",
        "the gateway for account {} is unbonding", "the application for account {} is in the {} period",
        "the user should see that the supplier for account {} is staked",
        "the claim created by supplier {} for service {} for application {} should be persisted onchain",
        "the claim created by supplier {} for service {} for application {} should be successfully settled",
        "the gateway {} card should contain {}", "the service {} should exist with metadata",
        "the user should be able to see standard output containing {}",
        "the pocketd binary should exit without error",
        "the subscription is closed before claim window open height is reached",
    ]

    /// Steps of upstream's earlier features, and of those that its branches have.
    static let earlierSteps = [
        "the {} module parameter update is rejected with the error {}",
        "an authz grant from the {} {} account to the {} {} account for the {} message exists",
        "an authz grant from the {} {} account to the {} {} account for each module MsgUpdateParam message exists",
        "the {} account sends an authz exec message to update all {} module params",
        "the {} account sends an authz exec message to update {} the module param",
        "the {} module param {} should be updated", "all {} module params are set to their default values",
        "all {} module params should be set to their default values",
        "the {} module param {} should be set to its default value",
        "all module params are reset to their default values",
        "the user remembers the current block proposer validator address as {}",
        "the account {} delegates {} uPOKT to validator {}", "the user remembers the balance of validator {} as {}",
        "the account balance of {} should be {} than {}",
        "the application {} sends the supplier {} a request for service {} with path {} and data {}",
        "the application {} receives a successful relay response signed by {}",
        "the application {} is staked with enough uPOKT", "the gateway {} is staked with enough uPOKT",
        "application {} is not delegated to gateway {}", "the user delegates application {} to gateway {}",
        "the user should see that application {} is delegated to gateway {}",
        "the user undelegates application {} from gateway {}",
        "the {} for account {} is staked above minimum", "this test ensures the {} for account {} is not staked",
        "the user successfully stakes a {} with {} uPOKT for {} service from the account {}",
        "the user transfers the {} stake from account {} to account {}",
        "the user non-gracefully restarts the relay miner {}", "the relay miner should restore from backup",
        "the relay miner should continue from backup state",
    ]

    @Test("Every step has a use in our own features", arguments: steps + earlierSteps)
    func isUsed(step: String) throws {
        let text = try Fixtures.features.map { try Fixtures.text(of: $0) }.joined(separator: "\n")
        // Arguments stand in quotes, JSON in single ones.
        let parts = step.components(separatedBy: "{}").map { NSRegularExpression.escapedPattern(for: $0) }
        let pattern = "(?im)^ *(Given|When|Then|And|But) +" + parts.joined(separator: #"(".*?"|'.*')"#) + #"\s*:?\s*$"#
        let range = text.range(of: pattern, options: .regularExpression)
        #expect(range != nil)
    }
}
