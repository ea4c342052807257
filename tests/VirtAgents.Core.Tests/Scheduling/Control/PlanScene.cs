using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Control;

/// <summary>A cluster that a plan is carried out on: where VMs are, and what directives say.</summary>
internal sealed class PlanScene
{
    public const long Made = 1_000_000;

    private readonly Dictionary<int, List<int>> _hosts = [];
    private readonly Dictionary<Guid, DirectiveNow> _directives = [];

    /// <summary>A cluster by host: numbers of the VMs on each.</summary>
    public PlanScene(params int[][] hosts)
    {
        foreach ((int at, int[] vms) in hosts.Index())
        {
            _hosts[at + 1] = [.. vms];
        }
    }

    public ScheduleBudget Budget { get; set; } = new(10, 10, 1_000, TimeSpan.FromMinutes(30));

    public ScheduleRule? Rule { get; set; } = new("even", PlanGoal.Balance, ScheduleMode.Auto);

    public string? Held { get; set; }

    public int Begun { get; set; }

    public long Now { get; set; } = Made;

    public List<MigrationUnderWay> UnderWay { get; } = [];

    public List<Promise> Promises { get; } = [];

    public PlacementPolicy Rules { get; set; } = PlacementPolicy.None;

    /// <summary>Changes how a host is seen.</summary>
    public Func<LiveHost, LiveHost> See { get; set; } = host => host;

    public static ScheduledPlan Plan(params (int Vm, int From, int To, int Wave)[] moves) =>
        new(PlanGoal.Balance, PlanState.Running, [.. moves.Select(m => new ScheduledStep(Vm(m.Vm).Info.Id, IdOf(m.From), IdOf(m.To), m.Wave, StepState.Waiting) { Name = Vm(m.Vm).Info.Name })], Made);

    public void Move(int vm, int to)
    {
        foreach (List<int> vms in _hosts.Values)
        {
            vms.Remove(vm);
        }

        _hosts[to].Add(vm);
    }

    public int HostOf(VmId vm) => _hosts.Single(h => h.Value.Any(v => Vm(v).Info.Id == vm)).Key;

    public void Tell(Guid directive, DirectiveState state, string detail = "") => _directives[directive] = new(state, detail, Now);

    public PlanView View() => new(LiveCluster.Of("c", [.. _hosts.Select(h => See(Host(h.Key, [.. h.Value.Select(v => Vm(v))])))], new(8), LivePurpose.Migration, Rules), Rule, _directives, [.. UnderWay], Begun, Budget, Held, Now) { Promises = [.. Promises] };

    /// <summary>What is begun; the plan then has those steps as sent.</summary>
    public int[] Next(ref ScheduledPlan plan)
    {
        PlanTurn turn = PlanJudge.Next(plan, View());
        plan = turn.Plan;
        foreach (int at in turn.Begin)
        {
            plan = plan with { Steps = plan.Steps.SetItem(at, plan.Steps[at] with { State = StepState.Sent, Directive = new Guid(at + 1, 9, 9, new byte[8]) }) };
            Tell(plan.Steps[at].Directive, DirectiveState.Running);
        }

        return [.. turn.Begin];
    }

    /// <summary>A step is done as it should be.</summary>
    public void Done(ScheduledPlan plan, int at)
    {
        Move(Number(plan.Steps[at].Vm), NumberOf(plan.Steps[at].To));
        Tell(plan.Steps[at].Directive, DirectiveState.Done);
    }

    public static HostId IdOf(int host) => Host(host).Info.Id;

    private static int Number(VmId vm) => Enumerable.Range(0, 100).First(n => Vm(n).Info.Id == vm);

    private static int NumberOf(HostId host) => Enumerable.Range(0, 100).First(n => IdOf(n) == host);
}
