using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>A live cluster while it is put together.</summary>
internal sealed class LiveDraft
{
    private readonly string _name;
    private readonly IReadOnlyList<LiveHost> _hosts;
    private readonly ClusterLimits _limits;
    private readonly LivePurpose _purpose;
    private readonly LiveStorage _storage;
    private readonly string?[] _apart;
    private readonly LiveLoad[][] _loads;

    public LiveDraft(string name, IReadOnlyList<LiveHost> hosts, ClusterLimits limits, LivePurpose purpose, PlacementPolicy rules)
    {
        (_name, _hosts, _limits, _purpose, Rules) = (name, hosts, limits, purpose, rules);
        HostNames = LiveNames.Of([.. hosts.Select(h => (h.Info.Id.Value, h.Info.Name))]);
        VmNames = LiveNames.Of([.. hosts.SelectMany(Counted).Select(v => (v.Info.Id.Value, v.Info.Name))]);
        _storage = new LiveStorage(hosts, HostNames);
        _apart = [.. hosts.Select(WhyApart)];
        _loads = [.. hosts.Select(h => Counted(h).Select(v => h.OutOfSight is null ? LiveLoad.Of(v) : LiveLoad.Unknown).ToArray())];
        foreach ((int at, LiveHost host) in hosts.Index())
        {
            foreach (LiveVm vm in Counted(host))
            {
                if (WhyItStays(at, vm) is { } why)
                {
                    Stays[NameOf(vm)] = why;
                }
            }
        }
    }

    public PlacementPolicy Rules { get; }

    public Dictionary<Guid, string> HostNames { get; }

    public Dictionary<Guid, string> VmNames { get; }

    /// <summary>Why VMs are not moved, by id.</summary>
    public Dictionary<string, string> Stays { get; } = new(StringComparer.Ordinal);

    public ClusterSnapshot Snapshot()
    {
        (double disk, double net) = LiveSizes.Carried(_loads.Select(host => host.Select(load => load.Use)));
        HostSize[] known = [.. _hosts.Where(HasSize).Select(h => new HostSize(h.Info.CpuCount, h.Info.MemoryBytes / LiveSizes.Mib, disk, net))];
        HostSize usual = known.Length == 0
            ? new(1, 1, disk, net)
            : new(known.Average(s => s.CpuCores), known.Average(s => s.MemoryMb), disk, net);
        return new(
            _name, false, _limits, [.. _hosts.Select((h, at) => HostOf(h, at, usual))],
            [.. _hosts.SelectMany((h, at) => Counted(h).Select((v, i) => VmOf(h, v, _loads[at][i].Use)))])
        {
            Reference = usual,
            Pools = _purpose == LivePurpose.Placement ? _storage.Pools() : [],
        };
    }

    public ImmutableArray<string> Notes()
    {
        IEnumerable<string> hosts = _hosts.Select((h, at) => (Name: NameOf(h), Why: _apart[at])).Where(h => h.Why is not null)
            .Select(h => $"{h.Name} takes no part: {h.Why}");
        IEnumerable<string> closed = _hosts.Where((h, at) => _apart[at] is null && h.Trouble is not null).Select(h => $"{NameOf(h)} takes no VM: {h.Trouble}");
        IEnumerable<string> vms = _purpose == LivePurpose.Placement ? [] : _hosts.SelectMany((h, at) => Counted(h).Where(_ => _apart[at] is null))
            .Select(NameOf).Where(Stays.ContainsKey).GroupBy(vm => Stays[vm], StringComparer.Ordinal).Select(g => $"{LiveNames.List([.. g])}: not moved, {g.Key}");
        return [.. hosts, .. closed, .. vms];
    }

    /// <summary>What the loads of VMs were taken from; null without VMs.</summary>
    public string? LoadNote()
    {
        ILookup<LoadOrigin, string> names = _hosts.SelectMany((h, at) => Counted(h).Select((v, i) => (_loads[at][i].Origin, Name: NameOf(v)))).ToLookup(v => v.Origin, v => v.Name);
        (string[] means, string[] newest, string[] unknown) = ([.. names[LoadOrigin.Mean]], [.. names[LoadOrigin.Newest]], [.. names[LoadOrigin.Unknown]]);
        int ahead = _loads.Sum(host => host.Count(load => load.IsAhead));
        string?[] parts =
        [
            means.Length > 0 ? $"means of the last {LiveMeans.Window.TotalMinutes} minutes of {(means.Length == 1 ? "1 VM" : $"{means.Length} VMs")}" : null,
            newest.Length > 0 ? $"newest figures, since there are no means, of {LiveNames.List(newest)}" : null,
            unknown.Length > 0 ? $"not wholly known of {LiveNames.List(unknown)}" : null,
            ahead > 0 ? $"CPU of {(ahead == 1 ? "1 VM" : $"{ahead} VMs")} as they will use it at most in the next {LoadOutlook.HoursAhead} hours" : null,
        ];
        return names.Count == 0 ? null : $"load: {string.Join("; ", parts.OfType<string>())}";
    }

    /// <summary>Drained hosts that keep their VMs, since they take no part.</summary>
    public ImmutableArray<Unsatisfied> Unsatisfied() =>
    [
        .. _hosts.Index().Where(h => h.Item.IsDraining && _apart[h.Index] is not null && Counted(h.Item).Any())
            .Select(h => new Unsatisfied(NameOf(h.Item), $"it is drained, but its VMs stay: {_apart[h.Index]}")),
    ];

    /// <summary>Ids and names of the hosts.</summary>
    public ImmutableArray<(string Id, string Name)> Hosts() => [.. _hosts.Select(h => (NameOf(h), h.Info.Name))];

    /// <summary>VMs that are seen running on one host alone.</summary>
    public HashSet<string> Certain() =>
        [.. _hosts.Where(h => h.OutOfSight is null).SelectMany(Counted).Where(v => v is { State: VmState.Running, IsToldByOthers: false }).Select(NameOf)];

    private static IEnumerable<LiveVm> Counted(LiveHost host) => host.Vms.Where(v => LiveCluster.Counts(v.State));

    private static bool HasSize(LiveHost host) => host.Info is { CpuCount: > 0, MemoryBytes: > 0 };

    private static bool HasSize(LiveVm vm) => vm.Info is { VcpuCount: > 0, MemoryBytes: > 0 };

    private string NameOf(LiveHost host) => HostNames[host.Info.Id.Value];

    private string NameOf(LiveVm vm) => VmNames[vm.Info.Id.Value];

    // A drained host that cannot migrate is to be emptied all the same, so that the plan tells of each VM that it cannot.
    private string? WhyApart(LiveHost host) =>
        host.OutOfSight ?? (!HasSize(host) ? "how many CPUs and how much memory it has is unknown"
            : Counted(host).FirstOrDefault(v => !HasSize(v)) is { } vm ? $"what its VM {NameOf(vm)} was promised is unknown"
            : _purpose == LivePurpose.Migration && !host.IsDraining ? WhyNoMigration(host)
            : null);

    private static string? WhyNoMigration(LiveHost host) => host.CannotMigrate is { } why ? $"it cannot migrate: {why}" : null;

    private string? WhyItStays(int at, LiveVm vm) => _purpose == LivePurpose.Placement ? null
        : _apart[at] is { } apart ? $"{NameOf(_hosts[at])} takes no part: {apart}"
        : WhyNoMigration(_hosts[at]) is { } unable ? $"{NameOf(_hosts[at])}: {unable}"
        : vm.State != VmState.Running ? $"not seen running: {vm.State}"
        : vm.IsToldByOthers ? "several hosts tell of it"
        : Rules.IsPinned(vm.Info.Name, vm.Info.Tenant) ? "the policy pins it"
        : LiveStorage.WhyBound(_hosts[at], vm) ?? (HostsOf(_hosts[at], vm) is null ? "the policy allows it only on hosts that do not reach its pools" : null);

    // Where it may be, by storage and rules; empty = on any host, null = on none.
    private ImmutableArray<string>? HostsOf(LiveHost host, LiveVm vm)
    {
        ImmutableArray<string> reached = _storage.HostsFor(host, vm);
        if (Rules.BindingOf(vm.Info.Name, vm.Info.Tenant) is not { } isAllowed)
        {
            return reached;
        }

        ImmutableArray<string> allowed = [.. _hosts.Where(h => isAllowed(h.Info.Name)).Select(NameOf).Where(h => reached.IsEmpty || reached.Contains(h))];
        return allowed.IsEmpty ? null : allowed;
    }

    private ClusterHost HostOf(LiveHost host, int at, HostSize usual) => new(
        NameOf(host),
        HasSize(host) ? usual with { CpuCores = host.Info.CpuCount, MemoryMb = host.Info.MemoryBytes / LiveSizes.Mib } : usual,
        _apart[at] is not null ? HostAvailability.Unknown
            : host.IsDraining ? HostAvailability.Drain
            : host.Trouble is not null ? HostAvailability.Closed
            : HostAvailability.Online)
    {
        Rack = Rules.RackOf(host.Info.Name),
        IsSaturated = host.IsSaturated,
        ReservedMemoryMb = HasSize(host) ? LiveSizes.ReservedMb(host) : 0,
    };

    private ClusterVm VmOf(LiveHost host, LiveVm vm, VmUse use) => Rules.Grouped(Ungrouped(host, vm, use), vm.Info.Name, vm.Info.Tenant);

    private ClusterVm Ungrouped(LiveHost host, LiveVm vm, VmUse use) => new(NameOf(vm), NameOf(host), Math.Max(0, vm.Info.VcpuCount), Math.Max(0, vm.Info.MemoryBytes) / LiveSizes.Mib)
    {
        Use = use,
        Tenant = vm.Info.Tenant,
        IsPinned = Stays.ContainsKey(NameOf(vm)),
        AllowedHosts = _purpose == LivePurpose.Placement || Stays.ContainsKey(NameOf(vm)) ? [] : HostsOf(host, vm) ?? [],
    };
}
