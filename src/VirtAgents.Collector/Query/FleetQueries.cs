using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Incidents;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Protocol.V1;
using Host = VirtAgents.Protocol.V1.Host;

namespace VirtAgents.Collector.Query;

/// <summary>Answers what is asked of the present: hosts, VMs and pools.</summary>
internal sealed class FleetQueries(IFleetReader fleet, IActiveIncidents incidents)
{
    private const uint DefaultPageSize = 1_000;
    private const uint LargestPageSize = 10_000;

    public async Task<ListHostsResponse> ListHostsAsync(ListHostsRequest request, CancellationToken cancellationToken)
    {
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        IEnumerable<HostView> hosts = directory.Hosts.Where(h => request.Cluster.Length == 0 || h.Cluster == request.Cluster);
        return new ListHostsResponse { Hosts = { Told(hosts) } };
    }

    public async Task<ListVmsResponse> ListVmsAsync(ListVmsRequest request, CancellationToken cancellationToken)
    {
        uint pageSize = PageSize(request.PageSize);
        if (request.States.FirstOrDefault(s => !Enum.IsDefined(s)) is var undefined && undefined != default)
        {
            throw QueryRefusedException.Invalid("states", (int)undefined, "states are the numbers of VmState, 0 to 9");
        }

        ulong filters = PageToken.MarkOf(
            [request.Host, request.Tenant, request.NameContains, string.Join(',', request.States.Select(s => (int)s).Distinct().Order())]);
        PageToken? place = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters) : null;
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        VmEntry[] matching = Matching(directory, request);
        VmEntry[] page = [.. matching.Where(v => place?.IsBefore(v) ?? true).Take((int)pageSize + 1)];
        bool hasMore = page.Length > pageSize;
        if (hasMore)
        {
            page = page[..^1];
        }

        return new ListVmsResponse
        {
            Vms = { page.Select(FleetMessages.ToMessage) },
            NextPageToken = hasMore ? new PageToken(filters, page[^1].Vm.Info.Id.Value, page[^1].Vm.Info.Name).ToString() : "",
            Total = (uint)matching.Length,
        };
    }

    public async Task<Vm> GetVmAsync(GetVmRequest request, CancellationToken cancellationToken)
    {
        if (request.Vm.Length == 0)
        {
            throw QueryRefusedException.Invalid("vm", "", "give the name or UUID of a VM");
        }

        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        return FleetMessages.ToMessage(directory.Vm(request.Vm, "vm"));
    }

    public async Task<ListPoolsResponse> ListPoolsAsync(ListPoolsRequest request, CancellationToken cancellationToken)
    {
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        IEnumerable<HostView> hosts = request.Host.Length > 0 ? [directory.Host(request.Host, "host")] : directory.Hosts;
        return new ListPoolsResponse
        {
            Pools = { hosts.SelectMany(h => h.Pools.OrderBy(p => p.Info.Name, StringComparer.Ordinal).Select(p => FleetMessages.ToMessage(h, p))) },
        };
    }

    /// <summary>One message of WatchLatest.</summary>
    public async Task<WatchLatestResponse> SummaryAsync(string host, long nowUnixMs, CancellationToken cancellationToken)
    {
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        HostView? only = host.Length > 0 ? directory.Host(host, "host") : null;
        return new WatchLatestResponse
        {
            TimeUnixMs = nowUnixMs,
            Hosts = { Told(only is null ? directory.Hosts : [only]) },
            Vms = { directory.Vms.Where(v => v.Vm.State != Core.Model.VmState.Gone && (only is null || v.Host == only)).Select(FleetMessages.ToMessage) },
        };
    }

    /// <summary>The page size asked for.</summary>
    public static uint PageSize(uint asked) => asked switch
    {
        0 => DefaultPageSize,
        <= LargestPageSize => asked,
        _ => throw QueryRefusedException.Invalid("page_size", asked, $"1 to {LargestPageSize}, or 0 for {DefaultPageSize}"),
    };

    private IEnumerable<Host> Told(IEnumerable<HostView> hosts)
    {
        HostTroubles troubles = HostTroubles.Of(incidents.Active);
        return hosts.Select(h => FleetMessages.ToMessage(h, troubles.WhyClosed(h.Host.Id)));
    }

    private static VmEntry[] Matching(FleetDirectory directory, ListVmsRequest request)
    {
        HostView? host = request.Host.Length > 0 ? directory.Host(request.Host, "host") : null;
        HashSet<Core.Model.VmState> states = [.. request.States.Select(s => (Core.Model.VmState)s)];
        return
        [
            .. directory.Vms.Where(v =>
                (host is null || v.Host == host)
                && (states.Count == 0 ? v.Vm.State != Core.Model.VmState.Gone : states.Contains(v.Vm.State))
                && (request.Tenant.Length == 0 || v.Vm.Info.Tenant == request.Tenant)
                && v.Vm.Info.Name.Contains(request.NameContains, StringComparison.OrdinalIgnoreCase)),
        ];
    }
}
