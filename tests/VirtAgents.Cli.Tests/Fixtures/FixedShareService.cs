using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Limits in force, one that is recommended, one that has ended, two uplinks, the CPU of a host and a pool.</summary>
internal sealed class FixedShareService : ShareService.ShareServiceBase
{
    public const string InForce = "0199d2a4-6f10-7c3e-9b52-000000000021";

    public override Task<ListSharesResponse> ListShares(ListSharesRequest request, ServerCallContext context)
    {
        long now = CollectorData.Now.ToUnixTimeMilliseconds();
        ShareLimit limit = new()
        {
            Id = InForce, State = ShareState.InForce, Rule = "front", Resource = "network-out", Host = "alpha", Vm = "web", VmId = "11111111-1111-4111-8111-111111111111", Mac = "52:54:00:00:00:01",
            BytesPerSecond = 50 << 20, Device = "52:54:00:00:00:01", Amount = 50 << 20, SetUnixMs = now - 60_000, ChangedUnixMs = now - 30_000, ExpiresUnixMs = now + 1_770_000, DirectiveId = "0199d2a4-6f10-7c3e-9b52-000000000022",
            Reason = "eth1 is at 100 % of its capacity, and its fair share is 52428800 of 94371840 bytes per second",
        };
        ShareLimit recommended = new() { State = ShareState.Recommended, Rule = "back", Resource = "network-in", Host = "beta", Vm = "db", Mac = "52:54:00:00:00:02", BytesPerSecond = 1 << 20, Device = "52:54:00:00:00:02", Amount = 1 << 20, Reason = "eth2 is at 95 % of its capacity" };
        ShareLimit quota = new() { State = ShareState.Setting, Rule = "cpu", Resource = "cpu", Host = "beta", Vm = "batch", Amount = 37, Reason = "CPU is at 99 % of its capacity" };
        ShareLimit ended = new(limit) { State = ShareState.Ended, EndedUnixMs = now - 1_000, Detail = "it has expired" };
        return Task.FromResult(new ListSharesResponse
        {
            Limits = { request.Ended ? [ended] : new[] { limit, recommended, quota } },
            Uplinks =
            {
                new ShareUplink { Rule = "front", Host = "alpha", Resource = "network-out", Uplink = "eth1", CapacityBytesPerSecond = 100 << 20, BytesPerSecond = 95 << 20, Place = "eth1", Capacity = 100 << 20, Used = 95 << 20, Pressed = true, Detail = "eth1 is at 95 % of its capacity" },
                new ShareUplink { Rule = "back", Host = "beta", Resource = "network-in", Uplink = "eth2", CapacityBytesPerSecond = 100 << 20, Place = "eth2", Capacity = 100 << 20, Detail = "nothing is set or changed: what is used of eth2 is unknown" },
                new ShareUplink { Rule = "cpu", Host = "beta", Resource = "cpu", Place = "CPU", Capacity = 16, Used = 15.25, Detail = "CPU is at 95 % of its capacity" },
                new ShareUplink { Rule = "san", Hosts = { "alpha", "beta" }, Resource = "disk-operations", Place = "san-1", Capacity = 20_000, Used = 1_500, Detail = "pool san-1 is at 8 % of its capacity" },
            },
        });
    }
}
