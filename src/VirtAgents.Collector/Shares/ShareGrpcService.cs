using Grpc.Core;
using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Shares;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Shares;

/// <summary>Limits over gRPC and JSON. Stages have the same numbers in both.</summary>
internal sealed class ShareGrpcService(ShareStore store, ShareRunner runner) : ShareService.ShareServiceBase
{
    private const int MostEnded = 1_000;

    public override async Task<ListSharesResponse> ListShares(ListSharesRequest request, ServerCallContext context)
    {
        IReadOnlyList<ShareLimitRow> rows = request.Ended ? await store.EndedAsync(MostEnded, context.CancellationToken) : await store.OpenAsync(context.CancellationToken);
        IReadOnlyList<UplinkTold> told = runner.Told;
        ListSharesResponse response = new() { Limits = { rows.Select(ToMessage) }, Uplinks = { told.Select(ToMessage) } };
        if (!request.Ended)
        {
            response.Limits.AddRange(told.Where(t => t.Seen.Rule.Mode == ScheduleMode.Recommend).SelectMany(t => t.Decision.Steps.Where(s => s.Limit is null).Select(s => Recommended(t.Seen, s))));
        }

        return response;
    }

    private static ShareLimit ToMessage(ShareLimitRow row) => new()
    {
        Id = row.Id.ToString(),
        State = (ShareState)row.Stage,
        Rule = row.Rule,
        Resource = SharePolicyReader.NameOf(row.Resource),
        Host = row.HostName,
        Vm = row.VmName,
        VmId = row.VmId.ToString(),
        Mac = row.Device,
        BytesPerSecond = row.Amount,
        SetUnixMs = row.SetUnixMs,
        ChangedUnixMs = row.ChangedUnixMs,
        ExpiresUnixMs = row.ExpiresUnixMs,
        EndedUnixMs = row.EndedUnixMs,
        DirectiveId = row.DirectiveId == Guid.Empty ? "" : row.DirectiveId.ToString(),
        Reason = row.Reason,
        Detail = row.Outcome,
    };

    private static ShareLimit Recommended(UplinkSight seen, ShareStep step) => new()
    {
        State = ShareState.Recommended,
        Rule = seen.Rule.Name,
        Resource = SharePolicyReader.NameOf(seen.Rule.Resource),
        Host = seen.Host.Host.Name,
        Vm = step.Nic!.VmName,
        VmId = step.Nic.Vm.ToString(),
        Mac = step.Nic.Mac,
        BytesPerSecond = step.BytesPerSecond,
        Reason = step.Reason,
    };

    private static ShareUplink ToMessage(UplinkTold told)
    {
        ShareRule rule = told.Seen.Rule;
        ShareUplink uplink = new()
        {
            Rule = rule.Name,
            Host = told.Seen.Host.Host.Name,
            Resource = SharePolicyReader.NameOf(rule.Resource),
            Uplink = rule.Uplink,
            CapacityBytesPerSecond = rule.CapacityBytesPerSecond,
            Pressed = told.Decision.Memory.IsPressed,
            Detail = told.Decision.Told,
        };
        if (told.Seen.Sight.UplinkBytesPerSecond is { } bytes)
        {
            uplink.BytesPerSecond = bytes;
        }

        return uplink;
    }
}
