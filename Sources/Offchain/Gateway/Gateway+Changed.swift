import Shannon

extension Gateway {
    /// The gateway with only those entries of its books that an older state of it does not have as they are; all else
    /// is whole.
    public func changed(since old: Gateway) -> Gateway {
        var part = self
        part.supplierNames = supplierNames.changed(since: old.supplierNames)
        part.reputation = reputation.changed(since: old.reputation)
        part.keys = keys.changed(since: old.keys)
        part.usage = usage.changed(since: old.usage)
        part.relayTally = relayTally.changed(since: old.relayTally)
        part.recent = recent.changed(since: old.recent)
        return part
    }
}

extension UsageBook {
    fileprivate func changed(since old: UsageBook) -> UsageBook {
        var part = self
        part.keys = keys.changed(since: old.keys)
        part.applications = applications.changed(since: old.applications)
        part.suppliers = suppliers.changed(since: old.suppliers)
        part.models = models.changed(since: old.models)
        return part
    }
}
