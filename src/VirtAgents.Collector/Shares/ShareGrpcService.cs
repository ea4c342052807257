using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
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
        IReadOnlyList<PlaceTold> told = runner.Told;
        ListSharesResponse response = new() { Limits = { rows.Select(ToMessage) }, Uplinks = { told.Select(ToMessage) } };
        if (!request.Ended)
        {
            response.Limits.AddRange(told.Where(t => t.Seen.Place.Rule.Mode == ScheduleMode.Recommend).SelectMany(t => t.Decision.Steps.Where(s => s.Limit is null).Select(s => Recommended(t.Seen.Place, s))));
        }

        return response;
    }

    private static ShareLimit ToMessage(ShareLimitRow row)
    {
        ShareLimit limit = MessageOf(LimitForm.Of(row.Resource), row.Device, row.Amount);
        limit.Id = row.Id.ToString();
        limit.State = (ShareState)row.Stage;
        limit.Rule = row.Rule;
        limit.Host = row.HostName;
        limit.Vm = row.VmName;
        limit.VmId = row.VmId.ToString();
        limit.SetUnixMs = row.SetUnixMs;
        limit.ChangedUnixMs = row.ChangedUnixMs;
        limit.ExpiresUnixMs = row.ExpiresUnixMs;
        limit.EndedUnixMs = row.EndedUnixMs;
        limit.DirectiveId = row.DirectiveId == Guid.Empty ? "" : row.DirectiveId.ToString();
        limit.Reason = row.Reason;
        limit.Detail = row.Outcome;
        return limit;
    }

    private static ShareLimit Recommended(SharePlace place, ShareStep step)
    {
        ShareLimit limit = MessageOf(LimitForm.Of(place.Rule.Resource), step.Taker!.Device, step.Amount);
        limit.State = ShareState.Recommended;
        limit.Rule = place.Rule.Name;
        limit.Host = place.Hosts.First(h => h.Host.Id == step.Taker.Host).Host.Name;
        limit.Vm = step.Taker.VmName;
        limit.VmId = step.Taker.Vm.ToString();
        limit.Reason = step.Reason;
        return limit;
    }

    private static ShareLimit MessageOf(LimitForm form, string device, long amount) => new()
    {
        Resource = form.Name,
        Device = device,
        Amount = amount,
        Mac = form.IsOfNetwork ? device : "",
        BytesPerSecond = form.IsOfNetwork ? amount : 0,
    };

    private static ShareUplink ToMessage(PlaceTold told)
    {
        SharePlace place = told.Seen.Place;
        LimitForm form = LimitForm.Of(place.Rule.Resource);
        ShareUplink uplink = new()
        {
            Rule = place.Rule.Name,
            Host = place.Hosts.Length == 1 ? place.Hosts[0].Host.Name : "",
            Hosts = { place.Hosts.Select(h => h.Host.Name) },
            Resource = form.Name,
            Place = place.Name,
            Pressed = told.Decision.Memory.IsPressed,
            Detail = told.Decision.Told,
        };
        Fill(uplink, told.Seen.Sight, form);
        return uplink;
    }

    // What is unknown is left out.
    private static void Fill(ShareUplink uplink, ShareSight sight, LimitForm form)
    {
        if (sight.Capacity is { } capacity)
        {
            uplink.Capacity = capacity;
        }

        if (sight.Used is { } used)
        {
            uplink.Used = used;
        }

        if (form.IsOfNetwork)
        {
            (uplink.Uplink, uplink.CapacityBytesPerSecond) = (uplink.Place, uplink.Capacity);
            if (uplink.HasUsed)
            {
                uplink.BytesPerSecond = uplink.Used;
            }
        }
    }
}
