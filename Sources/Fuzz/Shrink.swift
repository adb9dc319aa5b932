import Shannon
import World

extension FuzzPlan {
    /// The smallest plan that can be found in which the same thing goes wrong: fewer steps, then a smaller network.
    ///
    /// - Parameters:
    ///   - id: What must still go wrong, a problem's id.
    ///   - limit: How many plans may be tried.
    /// - Returns: A plan that fails with the id, this one at worst, and how many were tried.
    public func shrunk(keeping id: String, limit: Int = 400) -> (plan: FuzzPlan, tried: Int) {
        var (smallest, tried) = (self, 0)
        func fails(_ plan: FuzzPlan) -> Bool {
            tried += 1
            guard let result = try? plan.run() else { return false }
            return result.problems.contains { $0.id == id }
        }
        // Half of the steps, then a quarter and so on: what is not needed goes in large pieces first.
        var size = max(1, smallest.steps.count / 2)
        while tried < limit {
            var place = 0
            var hasShrunk = false
            while place < smallest.steps.count, tried < limit {
                var plan = smallest
                plan.steps.removeSubrange(place..<min(place + size, plan.steps.count))
                if fails(plan) { (smallest, hasShrunk) = (plan, true) } else { place += size }
            }
            if size > 1 { size /= 2 } else if !hasShrunk { break }
        }
        for smaller in [Self.withoutLastSupplier, Self.withoutLastApplication, Self.withoutTrouble] {
            while tried < limit, let plan = smaller(smallest), fails(plan) { smallest = plan }
        }
        return (smallest, tried)
    }

    private static func withoutLastSupplier(_ plan: FuzzPlan) -> FuzzPlan? {
        guard plan.spec.suppliers.count > 1 else { return nil }
        var plan = plan
        plan.spec.suppliers.removeLast()
        return plan
    }

    private static func withoutLastApplication(_ plan: FuzzPlan) -> FuzzPlan? {
        guard plan.spec.applications.count > 1 else { return nil }
        var plan = plan
        plan.spec.applications.removeLast()
        return plan
    }

    private static func withoutTrouble(_ plan: FuzzPlan) -> FuzzPlan? {
        guard let place = plan.spec.suppliers.firstIndex(where: { $0.misbehaviour != nil }) else { return nil }
        var plan = plan
        plan.spec.suppliers[place].misbehaviour = nil
        return plan
    }
}
