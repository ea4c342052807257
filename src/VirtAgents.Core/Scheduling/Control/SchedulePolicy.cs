using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Core.Scheduling.Recovery;
using VirtAgents.Core.Scheduling.Requests;
using VirtAgents.Core.Scheduling.Shares;
using VirtAgents.Core.Scheduling.Volumes;

namespace VirtAgents.Core.Scheduling.Control;

/// <summary>How far a goal goes by itself.</summary>
public enum ScheduleMode
{
    /// <summary>Nothing is planned.</summary>
    Observe = 0,

    /// <summary>A plan is recorded, and nothing is done.</summary>
    Recommend = 1,

    /// <summary>A plan is recorded, and carried out once a person has approved it.</summary>
    Approve = 2,

    /// <summary>A plan is carried out.</summary>
    Auto = 3,
}

/// <summary>What clusters are to be kept like.</summary>
/// <param name="Name">Name, unique in its policy; it is in the record of everything that is done for it.</param>
/// <param name="Goal">What its plans are for.</param>
/// <param name="Mode">How far it goes.</param>
public sealed record ScheduleRule(string Name, PlanGoal Goal, ScheduleMode Mode)
{
    /// <summary>Only clusters whose name fits this glob; empty = any.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Only VMs of tenants that fit this glob are moved, the others stay; empty = any.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>When plans may be made and begun, by the clock of the collector; null = always.</summary>
    public PolicyHours? Hours { get; init; }

    /// <summary>Spread of load (<see cref="ClusterFigures.RelativeSpread"/>) from which on <see cref="PlanGoal.Balance"/> is wanted; 0 to 1.</summary>
    public double Imbalance { get; init; } = 0.1;

    /// <summary>Share of a host's CPU from which on <see cref="PlanGoal.Relieve"/> is wanted; 0.1 to 1.</summary>
    public double Ceiling { get; init; } = PlanOptions.DefaultCeiling;

    /// <summary>Whether VMs count with what they will use at most in the next hours, where that can be told; not with <see cref="PlanGoal.Relieve"/>.</summary>
    public bool LooksAhead { get; init; } = true;

    /// <summary>Least fall of the score for which VMs are moved for the sake of balance; from 0.</summary>
    public double Margin { get; init; } = PlanOptions.DefaultMinGain;

    /// <summary>How long it must be wanted before a plan is made; 0 to 1 day.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most moves of one plan; 1 to 1000.</summary>
    public int MaxMoves { get; init; } = 20;

    /// <summary>Plans that may fail one after another before the goal is given up; 1 to 10.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>How long it rests when it was given up; 1 minute to 7 days.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether it is about a cluster.</summary>
    public bool IsAbout(string cluster) => Cluster.Length == 0 || new NameGlob(Cluster).Matches(cluster);

    /// <summary>Whether it may move the VMs of a tenant.</summary>
    public bool Moves(string tenant) => Tenant.Length == 0 || new NameGlob(Tenant).Matches(tenant);
}

/// <summary>What all plans together may do to a cluster.</summary>
/// <param name="Concurrent">Migrations at the same time, those of people counted; 1 to 100.</param>
/// <param name="PerHost">Migrations at the same time from and to one host together; 1 to 100.</param>
/// <param name="PerHour">Migrations begun in an hour; 1 to 10,000.</param>
/// <param name="VmCooldown">How long a VM that was moved, by whomever, is not moved again for balance or for fewer hosts; 0 to 7 days.</param>
public sealed record ScheduleBudget(int Concurrent, int PerHost, int PerHour, TimeSpan VmCooldown)
{
    /// <summary>What is shipped: two at a time, as more share the links and take longer together.</summary>
    public static ScheduleBudget Default { get; } = new(2, 2, 30, TimeSpan.FromMinutes(30));
}

/// <summary>What the scheduler does by itself. Rules are looked at in order.</summary>
/// <param name="Rules">Rules.</param>
/// <param name="Budget">What they may do together.</param>
/// <param name="VcpuRatio">vCPUs promised for each pCPU at most; above 0.</param>
/// <param name="Address">Address of a host's hypervisor as other hosts see it; <c>{host}</c> stands for its name.</param>
/// <param name="Addresses">Addresses of hosts that have another one, by name.</param>
public sealed record SchedulePolicy(
    ImmutableArray<ScheduleRule> Rules, ScheduleBudget Budget, double VcpuRatio, string Address, ImmutableDictionary<string, string> Addresses)
{
    /// <summary>What stands for the name of a host in <see cref="Address"/>.</summary>
    public const string HostPlace = "{host}";

    /// <summary>So many of a cluster's largest hosts may fail and the memory of the others still holds every VM: starts and emptied hosts leave that much; 0 to 100.</summary>
    public int FailoverHosts { get; init; }

    /// <summary>What clusters are promised at most.</summary>
    public ClusterLimits Limits => new(VcpuRatio, FailoverHosts);

    /// <summary>Nothing is done.</summary>
    public static SchedulePolicy None { get; } = new([], ScheduleBudget.Default, 4, "", ImmutableDictionary<string, string>.Empty);

    /// <summary>How requests to start VMs are served; null = none are taken.</summary>
    public QueuePolicy? Queue { get; init; }

    /// <summary>How full uplinks are divided.</summary>
    public SharePolicy Shares { get; init; } = SharePolicy.None;

    /// <summary>Where VMs may be.</summary>
    public PlacementPolicy Placement { get; init; } = PlacementPolicy.None;

    /// <summary>What becomes of the VMs of hosts that are confirmed to be off.</summary>
    public RecoveryPolicy Recovery { get; init; } = RecoveryPolicy.None;

    /// <summary>What volumes are given pools by.</summary>
    public StoragePolicy Storage { get; init; } = StoragePolicy.Default;

    /// <summary>The rule that still asks for what is done with a plan; null = none does.</summary>
    /// <param name="name">Rule that the plan was made for.</param>
    /// <param name="goal">What it is for.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="state">Where it stands.</param>
    public ScheduleRule? RuleOf(string name, PlanGoal goal, string cluster, PlanState state)
    {
        ScheduleRule? rule = Rules.FirstOrDefault(r => r.Name == name && r.Goal == goal && r.IsAbout(cluster));
        bool isAsked = state switch
        {
            PlanState.Recommended => rule?.Mode == ScheduleMode.Recommend,
            PlanState.Proposed => rule?.Mode == ScheduleMode.Approve,
            _ => rule?.Mode >= ScheduleMode.Approve,
        };
        return isAsked ? rule : null;
    }

    /// <summary>Address of a host.</summary>
    public string AddressOf(string host) => Addresses.GetValueOrDefault(host) ?? Address.Replace(HostPlace, host, StringComparison.Ordinal);
}
