using System.Globalization;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Protocol.V1;
using PlanGoal = VirtAgents.Core.Scheduling.Planning.PlanGoal;
using WireGoal = VirtAgents.Protocol.V1.PlanGoal;

namespace VirtAgents.Collector.Planning;

/// <summary>Checks the fields of requests for plans and placements.</summary>
internal static class PlanFields
{
    /// <summary>Longest search.</summary>
    public const double MostSeconds = 20;

    private const double MostGb = 1e9, MostGain = 1e6, MostRatio = 1_000, MostSize = 1e12, LeastCeiling = 0.1;
    private const int MostConcurrent = 1_000, DefaultConcurrent = 2, MostFailover = 100, MostVcpus = 100_000, MostNames = 10_000, LongestId = 256;

    /// <summary>What a plan is asked for, but for the hosts.</summary>
    public static PlanOptions Options(PlanRequest request)
    {
        PlanGoal goal = Goal(request.Goal);
        if (request.Hosts.Count > 0 && goal != PlanGoal.Evacuate)
        {
            throw QueryRefusedException.Invalid("hosts", $"{request.Hosts.Count} hosts", "only PLAN_GOAL_EVACUATE is about some hosts; leave them out");
        }

        if (request.HasCeiling && goal != PlanGoal.Relieve)
        {
            throw Refuse("ceiling", request.Ceiling, "it with PLAN_GOAL_RELIEVE only, or leave it out");
        }

        AtMost("hosts", request.Hosts.Count);
        return new PlanOptions(goal)
        {
            MaxMoves = request.HasMaxMoves ? Whole("max_moves", request.MaxMoves, 0, int.MaxValue) : null,
            MaxGb = request.HasMaxGb ? Number("max_gb", request.MaxGb, MostGb) : null,
            MaxConcurrent = request.MaxConcurrent == 0 ? DefaultConcurrent : Whole("max_concurrent", request.MaxConcurrent, 1, MostConcurrent),
            Seed = request.HasSeed ? Whole("seed", request.Seed, 0, int.MaxValue) : 1,
            MinGain = request.HasMinGain ? Number("min_gain", request.MinGain, MostGain) : null,
            Ceiling = request switch
            {
                { HasCeiling: false } => PlanOptions.DefaultCeiling,
                { Ceiling: >= LeastCeiling and <= 1 } => request.Ceiling,
                _ => throw Refuse("ceiling", request.Ceiling, FormattableString.Invariant($"a number from {LeastCeiling} to 1")),
            },
        };
    }

    public static TimeSpan Limit(PlanRequest request) =>
        TimeSpan.FromSeconds(request.HasTimeLimitSeconds ? Number("time_limit_seconds", request.TimeLimitSeconds, MostSeconds) : MostSeconds);

    /// <summary>What is promised at most; what is not given is that of the policy.</summary>
    public static ClusterLimits Limits(double? ratio, int? failoverHosts, ClusterLimits usual) => new(
        ratio switch
        {
            null => usual.VcpuRatio,
            > 0 and <= MostRatio => ratio.Value,
            _ => throw Refuse("vcpu_ratio", ratio.Value, $"a number above 0 and at most {MostRatio:0}"),
        },
        failoverHosts is { } failing ? Whole("failover_hosts", failing, 0, MostFailover) : usual.FailoverHosts);

    /// <summary>A VM that is to be placed; hosts and pools that it names are looked up in the estate.</summary>
    public static ClusterVm NewVm(NewVm? vm, LiveEstate estate)
    {
        NewVm given = vm ?? throw QueryRefusedException.Invalid("vm", "", "give the VM that is to be placed");
        AtMost("vm.allowed_hosts", given.AllowedHosts.Count);
        AtMost("vm.pools", given.Pools.Count);
        string id = given.Id.Length == 0 ? "new" : given.Id;
        Short("vm.id", id);
        Short("vm.tenant", given.Tenant);

        ClusterVm asked = new(id, "", Whole("vm.vcpus", given.Vcpus, 0, MostVcpus), Number("vm.memory_mb", given.MemoryMb, MostSize))
        {
            DiskGb = Number("vm.disk_gb", given.DiskGb, MostSize),
            Use = new(
                given.HasCpuUsedCores ? Number("vm.cpu_used_cores", given.CpuUsedCores, MostSize) : null,
                given.HasMemoryUsedMb ? Number("vm.memory_used_mb", given.MemoryUsedMb, MostSize) : null,
                given.HasDiskUsedMbps ? Number("vm.disk_used_mbps", given.DiskUsedMbps, MostSize) : null,
                given.HasNetUsedMbps ? Number("vm.net_used_mbps", given.NetUsedMbps, MostSize) : null,
                null),
            AllowedHosts = [.. given.AllowedHosts.Select(h => estate.Host(h, "vm.allowed_hosts"))],
            Pools = [.. given.Pools.Select(p => Pool(p, estate.Cluster.Snapshot))],
            Tenant = given.Tenant,
        };
        return estate.Cluster.Ruled(asked)
            ?? throw QueryRefusedException.Invalid("vm.id", id, "the policy (placement.hosts) and vm.allowed_hosts together allow it on no host; give another name or other hosts");
    }

    private static string Pool(string pool, ClusterSnapshot cluster) => cluster.Pools.Any(p => p.Id == pool)
        ? pool
        : throw QueryRefusedException.NotFound($"vm.pools: there is no pool '{pool}' that works{Similar.Hint(pool, cluster.Pools.Select(p => p.Id), "GET /v1/pools lists them; one that hosts do not share is called host/name")}");

    private static PlanGoal Goal(WireGoal goal) => goal switch
    {
        WireGoal.Balance => PlanGoal.Balance,
        WireGoal.Evacuate => PlanGoal.Evacuate,
        WireGoal.Consolidate => PlanGoal.Consolidate,
        WireGoal.Constraints => PlanGoal.Constraints,
        WireGoal.Relieve => PlanGoal.Relieve,
        _ => throw QueryRefusedException.Invalid("goal", goal, "give PLAN_GOAL_BALANCE, PLAN_GOAL_EVACUATE, PLAN_GOAL_CONSOLIDATE, PLAN_GOAL_CONSTRAINTS or PLAN_GOAL_RELIEVE"),
    };

    private static void Short(string field, string text)
    {
        if (text.Length > LongestId)
        {
            throw QueryRefusedException.Invalid(field, $"{text[..20]}…", $"give at most {LongestId} characters");
        }
    }

    private static void AtMost(string field, int count)
    {
        if (count > MostNames)
        {
            throw QueryRefusedException.Invalid(field, $"{count} names", $"give at most {MostNames}");
        }
    }

    private static int Whole(string field, int value, int least, int most) =>
        value >= least && value <= most ? value : throw QueryRefusedException.Invalid(field, value, $"give a whole number from {least} to {most}");

    private static double Number(string field, double value, double most) =>
        value >= 0 && value <= most ? value : throw Refuse(field, value, FormattableString.Invariant($"a number from 0 to {most:0}"));

    private static QueryRefusedException Refuse(string field, double value, string allowed) =>
        QueryRefusedException.Invalid(field, value.ToString(CultureInfo.InvariantCulture), $"give {allowed}");
}
