namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>
/// Packs VMs onto few hosts while their load changes. It is fed one step at a time and answers with the moves that it wants then:
/// it cannot know what comes. Not thread-safe.
/// </summary>
/// <remarks>
/// At each step: <see cref="DemandForecast"/> says what VMs will need, <see cref="OverloadRelief"/> moves VMs away from hosts that
/// will have too little, and now and then <see cref="HostDrain"/> empties hosts; <see cref="TargetChoice"/> says where to. Margins
/// grow with the urgency's absence: what a host must have room for is least in the test for overload, more for a host that takes
/// an urgent VM, most for one that takes VMs only to save a host. This is what keeps VMs from moving to and fro.
/// </remarks>
public sealed class ConsolidationPolicy
{
    private readonly ConsolidationTuning _tuning;
    private readonly DemandForecast _forecast;
    private readonly HostLoads _loads;
    private readonly OverloadRelief _relief;
    private readonly HostDrain _drain;
    private readonly List<Migration> _moves = [];
    private int _step = -1;

    private ConsolidationPolicy(IReadOnlyList<HostModel> hosts, IReadOnlyList<VmModel> vms, int[] placement, ConsolidationTuning tuning)
    {
        (Initial, _tuning) = (placement, tuning);
        _forecast = new DemandForecast(vms, tuning);
        _loads = new HostLoads(hosts, placement, _forecast);
        TargetChoice targets = new(_loads);
        _relief = new OverloadRelief(vms, _loads, targets, tuning);
        _drain = new HostDrain(_loads, targets, tuning);
    }

    /// <summary>Host of each VM before the first step.</summary>
    public IReadOnlyList<int> Initial { get; }

    /// <summary>Places the VMs; null when the hosts cannot give all of them the most they can ask for.</summary>
    public static ConsolidationPolicy? TryPlace(IReadOnlyList<HostModel> hosts, IReadOnlyList<VmModel> vms, ConsolidationTuning tuning)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(vms);
        ArgumentNullException.ThrowIfNull(tuning);
        return InitialPlacement.Of(hosts, vms) is { } placement ? new ConsolidationPolicy(hosts, vms, placement, tuning) : null;
    }

    /// <summary>Takes the demands of the next step and gives the moves to be done now; valid until the next call.</summary>
    /// <param name="demands">Demand of each VM, MIPS.</param>
    /// <exception cref="ArgumentException">The number of demands is not that of the VMs.</exception>
    public IReadOnlyList<Migration> Observe(ReadOnlySpan<double> demands)
    {
        if (demands.Length != Initial.Count)
        {
            throw new ArgumentException($"{demands.Length} demands for {Initial.Count} VMs", nameof(demands));
        }

        _step++;
        _moves.Clear();
        _forecast.Observe(demands);

        // One sample says nothing of how demands vary: nothing is moved on it.
        if (_step > 0)
        {
            Decide(demands);
        }

        return _moves;
    }

    private void Decide(ReadOnlySpan<double> demands)
    {
        _loads.Refresh();
        HashSet<int> relieved = _relief.Run(demands, (vm, host) =>
        {
            _loads.Move(vm, host);
            Note(vm, host);
        });

        // At the first chance at once: VMs were placed by the most they can ask for, on far too many hosts.
        if (_step == 1 || _step % _tuning.StepsBetweenDrains == 0)
        {
            _drain.Run(relieved, Note);
        }
    }

    private void Note(int vm, int host) => _moves.Add(new Migration(_step, vm, host));
}
