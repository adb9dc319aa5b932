import Config
import Shannon
import World

extension Settings {
    /// The sections of the file.
    static var fields: [Field<Settings>] {
        [
            .section("network", \.self, networkFields),
            .section("params", \.network.params, Params.fields),
            .list("services", \.network.services, of: .blank, ServiceSpec.fields),
            .list("applications", \.network.applications, of: .blank, ApplicationSpec.fields),
            .list("gateways", \.network.gateways, of: .blank, GatewaySpec.fields),
            .list("suppliers", \.network.suppliers, of: .blank, SupplierSpec.fields),
            .list("validators", \.network.validators, of: .blank, ValidatorSpec.fields),
            .list("accounts", \.network.accounts, of: .blank, AccountSpec.fields),
            .section("gateway", \.gateway, GatewayListener.fields),
            .section("inference", \.inference, InferenceSettings.fields),
            .section("state", \.state, [.text("directory", \.directory)]),
        ]
    }

    private static var networkFields: [Field<Settings>] {
        [
            .unsigned("seed", \.network.seed),
            .text("chain_id", \.network.chainID),
            .span("block_interval", atLeast: .milliseconds(1), \.network.blockInterval),
            .choice("pace", ["clock": .clock, "fast": .fast, "manual": .manual], \.pace),
            .span("latency", atLeast: .zero, \.network.latency),
            .integer("channel_capacity", in: 1...1_000_000, \.network.channelCapacity),
        ]
    }
}

extension GatewayListener {
    static var fields: [Field<GatewayListener>] {
        [
            .text("host", \.host),
            .integer("port", in: 0...65_535, \.port),
            .integer("max_body", in: 1_024...100_000_000, \.maxBody),
        ]
    }
}

extension InferenceSettings {
    static var fields: [Field<InferenceSettings>] {
        [
            .choice("backend", ["model": .model, "scripted": .scripted], \.backend),
            .optionalText("model", \.model),
            .choice("path", ["auto": .auto, "openblas": .openblas, "kernels": .kernels], \.path),
        ]
    }
}
