using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Control.PlanScene;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Control;

/// <summary>A cluster on which requests start VMs while a plan moves others. VMs by number from 1, each on one host, on or off.</summary>
internal sealed class TogetherWorld
{
    private readonly int _hosts;
    private readonly PlacementPolicy _rules;
    private readonly int[] _home;
    private readonly bool[] _isOn;
    private readonly List<(int Vm, int Host, PromiseKind Kind, bool IsOffline)> _coming = [];
    private readonly HashSet<(int, int)> _excused = [];
    private readonly Dictionary<Guid, DirectiveNow> _directives = [];
    private ScheduledPlan? _plan;
    private int _drained;
    private int _sent;

    public TogetherWorld(int hosts, (int Host, bool IsOn)[] vms, PlacementPolicy rules)
    {
        (_hosts, _rules, _home, _isOn) = (hosts, rules, [0, .. vms.Select(v => v.Host)], new bool[vms.Length + 1]);
        foreach ((int at, (int Host, bool IsOn) vm) in vms.Index())
        {
            _isOn[at + 1] = vm.IsOn;
            _isOn[at + 1] = vm.IsOn && BrokenRule() is null;
        }
    }

    public bool HasStartAndMove => _coming.Exists(c => c.Kind == PromiseKind.Move) && _coming.Exists(c => c.Kind == PromiseKind.Start);

    private IEnumerable<int> Vms => Enumerable.Range(1, _home.Length - 1);

    private ImmutableArray<Promise> Promises => [.. _coming.Select(c => new Promise(IdOf(c.Host), InfoOf(c.Vm), c.Kind))];

    public void ServeRequests(int seed)
    {
        ImmutableArray<LiveHost> hosts = HostsNow();
        RequestView view = new(
            LiveCluster.Of("c", hosts, new(8), LivePurpose.Placement, _rules), hosts.ToDictionary(h => h.Info.Id, h => new HostSight(h.Info.Name, null, null, h.IsDraining) { Live = h }),
            hosts.SelectMany(h => h.Vms.Select(v => new VmSight(h.Info.Id, v.Info, v.State))).ToLookup(s => s.Info.Id), ImmutableDictionary<Guid, DirectiveNow>.Empty, Promises,
            QueuePolicy.Default with { StartsPerHost = 10 }, null, Made)
        {
            Busy = _coming.Select(c => InfoOf(c.Vm).Id).ToHashSet(),
        };
        StartRequest[] waiting = [.. Vms.Where(vm => !_isOn[vm] && (vm + seed) % 3 != 0).Select(vm => new StartRequest(vm, InfoOf(vm).Id, IdOf(_home[vm]), RequestStage.Waiting, Made + vm) { IsAnywhere = (vm + seed) % 2 == 0 })];
        foreach (RequestDecision decision in RequestJudge.Decide(waiting, [], view).Where(d => d.Action is RequestAction.Start or RequestAction.Move))
        {
            _coming.Add(((int)decision.Request.Number, NumberOf(decision.Target ?? decision.Request.Host), PromiseKind.Start, decision.Action == RequestAction.Move));
        }
    }

    public void MakePlan(PlanGoal goal, int drained)
    {
        if (_plan is { IsEnded: false })
        {
            return;
        }

        _drained = goal == PlanGoal.Evacuate ? drained : 0;
        LiveCluster cluster = ClusterNow();
        ScheduleRule rule = new("r", goal, ScheduleMode.Auto) { Margin = 0 };
        MigrationPlan plan = Planner.Plan(ScheduleJudge.Of(cluster, rule, new HashSet<Guid>(), Promises), ScheduleJudge.OptionsOf(rule, new(10, 10, 1_000, TimeSpan.Zero)));
        Assert.All(plan.Moves, m => Assert.DoesNotContain(_coming, c => c.Host == NumberOf(m.To) && _rules.Groups.Any(g => IsIn(g, c.Vm) && IsIn(g, NumberOf(m.Vm)))));
        _plan = new(goal, PlanState.Running, [.. plan.Moves.Select(m => new ScheduledStep(InfoOf(NumberOf(m.Vm)).Id, IdOf(NumberOf(m.From)), IdOf(NumberOf(m.To)), m.Wave, StepState.Waiting) { Name = m.Vm })], Made);
    }

    public void GoOnWithPlan()
    {
        if (_plan is not { IsEnded: false } plan)
        {
            return;
        }

        PlanTurn turn = PlanJudge.Next(plan, new(ClusterNow(), new("r", plan.Goal, ScheduleMode.Auto), _directives, [], 0, new(10, 10, 1_000, TimeSpan.Zero), null, Made) { Promises = Promises });
        _plan = turn.Plan;
        foreach (int at in turn.Begin)
        {
            ScheduledStep step = _plan.Steps[at] with { State = StepState.Sent, Directive = new Guid(++_sent, 9, 9, new byte[8]) };
            _plan = _plan with { Steps = _plan.Steps.SetItem(at, step) };
            _directives[step.Directive] = new(DirectiveState.Running, "", Made);
            _coming.Add((NumberOf(step.Name), NumberOf(step.To), PromiseKind.Move, false));
        }
    }

    public void EndStart(int which, bool isDone)
    {
        if (Taken(PromiseKind.Start, which) is { } start && isDone)
        {
            (_home[start.Vm], _isOn[start.Vm]) = (start.Host, !start.IsOffline);
        }
    }

    public void EndMove(int which, bool isDone)
    {
        if (Taken(PromiseKind.Move, which) is { } move)
        {
            _home[move.Vm] = isDone ? move.Host : _home[move.Vm];
            ScheduledStep step = _plan!.Steps.Last(s => s.Vm == InfoOf(move.Vm).Id && s.State == StepState.Sent);
            _directives[step.Directive] = new(isDone ? DirectiveState.Done : DirectiveState.Failed, "", Made);
        }
    }

    /// <summary>Nobody keeps a person from it, so what it breaks is excused.</summary>
    public void StartByHand(int which, int to)
    {
        int vm = (which % (_home.Length - 1)) + 1;
        if (!_isOn[vm] && !_coming.Exists(c => c.Vm == vm))
        {
            _home[vm] = to;
            _coming.Add((vm, to, PromiseKind.Start, false));
            _excused.UnionWith(Broken().Select(b => (b.One, b.Other)));
        }
    }

    public void TurnOff(int which)
    {
        int vm = (which % (_home.Length - 1)) + 1;
        _isOn[vm] &= _coming.Exists(c => c.Vm == vm);
    }

    /// <summary>Two VMs that may be together now and are to be apart; null = there are none.</summary>
    public string? BrokenRule() => Broken().Where(b => !_excused.Contains((b.One, b.Other))).Select(b => $"vm{b.One} and vm{b.Other} may both be at {b.Where}, and {b.Group} keeps them apart").FirstOrDefault();

    private IEnumerable<(int One, int Other, string Group, string Where)> Broken() =>
        from grouped in _rules.Groups
        from one in Vms.Where(v => IsIn(grouped, v))
        from other in Vms.Where(v => v > one && IsIn(grouped, v))
        from place in PlacesOf(one, grouped.Rule).Intersect(PlacesOf(other, grouped.Rule))
        select (one, other, grouped.Name, place);

    // Where it is seen, and where it is on its way to.
    private IEnumerable<string> PlacesOf(int vm, GroupRule rule) =>
        _coming.Where(c => c.Vm == vm).Select(c => c.Host).Concat(_isOn[vm] ? [_home[vm]] : []).Select(h => rule == GroupRule.RackSpread ? _rules.RackOf($"h{h}")! : $"h{h}");

    private (int Vm, int Host, PromiseKind Kind, bool IsOffline)? Taken(PromiseKind kind, int which)
    {
        (int Vm, int Host, PromiseKind Kind, bool IsOffline)[] those = [.. _coming.Where(c => c.Kind == kind)];
        if (those.Length == 0)
        {
            return null;
        }

        _coming.Remove(those[which % those.Length]);
        return those[which % those.Length];
    }

    private static bool IsIn(VmGroup grouped, int vm) => grouped.Vms.Matches($"vm{vm}", "acme");

    private static VmInfo InfoOf(int vm) => Vm(vm).Info with { HasAutostart = false };

    private static int NumberOf(string name) => int.Parse(name.AsSpan(name.StartsWith('h') ? 1 : 2), System.Globalization.CultureInfo.InvariantCulture);

    private static int NumberOf(HostId host) => Enumerable.Range(1, 100).First(n => IdOf(n) == host);

    private LiveCluster ClusterNow() => LiveCluster.Of("c", HostsNow(), new(8), LivePurpose.Migration, _rules);

    private ImmutableArray<LiveHost> HostsNow() =>
        [.. Enumerable.Range(1, _hosts).Select(h => Host(h, [.. Vms.Where(v => _home[v] == h).Select(v => new LiveVm(InfoOf(v), _isOn[v] ? VmState.Running : VmState.ShutOff, Vm(v, cpuPercent: 40 + (20 * v)).Figures))]) with { IsDraining = h == _drained })];
}
