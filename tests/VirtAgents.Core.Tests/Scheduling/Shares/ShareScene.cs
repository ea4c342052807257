using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

/// <summary>An uplink of 100 MiB/s with VMs, who send what they want as far as their limits and the uplink let them, and a rule that looks each 5 s.</summary>
internal sealed class ShareScene
{
    public const long Mib = 1 << 20;
    public const long LookMs = 5_000;

    private readonly Dictionary<VmId, long> _inForce = [];
    private readonly Dictionary<VmId, HeldLimit> _held = [];

    public ShareRule Rule { get; set; } = new("uplink", LimitedResource.NetworkOut, ScheduleMode.Auto, "eth1", 100 * Mib) { Hold = TimeSpan.FromSeconds(10) };

    public ShareMemory Memory { get; set; } = ShareMemory.None;

    /// <summary>What each VM would send, MiB/s.</summary>
    public Dictionary<int, double> Demands { get; } = [];

    /// <summary>What others than VMs send over the uplink, MiB/s.</summary>
    public double Others { get; set; }

    public long NowUnixMs { get; private set; } = 1_000_000;

    public IReadOnlyCollection<HeldLimit> Held => _held.Values;

    public static VmId Id(int vm) => new(new Guid(vm, 1, 1, new byte[8]));

    public static string MacOf(int vm) => $"52:54:00:00:00:{vm:x2}";

    /// <summary>Our limit of a VM, MiB/s; 0 = none.</summary>
    public double LimitOf(int vm) => _inForce.GetValueOrDefault(Id(vm)) / (double)Mib;

    /// <summary>Has somebody set a limit of a VM, MiB/s.</summary>
    public void SetByHand(int vm, double mib) => _inForce[Id(vm)] = (long)(mib * Mib);

    /// <summary>What each VM sends, MiB/s: each up to its limit, and all less in proportion when that is more than the uplink carries.</summary>
    public Dictionary<int, double> Rates()
    {
        Dictionary<int, double> wanted = Demands.ToDictionary(d => d.Key, d => LimitOf(d.Key) is > 0 and var limit ? Math.Min(limit, d.Value) : d.Value);
        double capacity = (Rule.CapacityBytesPerSecond / Mib) - Others, sum = wanted.Values.Sum();
        return wanted.ToDictionary(w => w.Key, w => sum > capacity ? w.Value * capacity / sum : w.Value);
    }

    public ShareSight Sight()
    {
        Dictionary<int, double> rates = Rates();
        return new(
            (rates.Values.Sum() + Others) * Mib,
            [.. rates.Select(r => new ShareNic(Id(r.Key), $"vm{r.Key}", r.Key % 2 == 0 ? "even" : "odd", MacOf(r.Key), r.Value * Mib, _inForce.GetValueOrDefault(Id(r.Key))))]);
    }

    /// <summary>Looks once, 5 s after the last time, and does what comes of it.</summary>
    public ShareDecision Look(Func<ShareSight, ShareSight>? seen = null)
    {
        NowUnixMs += LookMs;
        ShareSight sight = Sight();
        ShareDecision decision = ShareJudge.Judge(Rule, seen?.Invoke(sight) ?? sight, [.. _held.Values], Memory, NowUnixMs);
        Memory = decision.Memory;
        foreach (ShareStep step in decision.Steps)
        {
            CarryOut(step);
        }

        return decision;
    }

    public ShareDecision Look(int times)
    {
        ShareDecision last = Look();
        for (int i = 1; i < times; i++)
        {
            last = Look();
        }

        return last;
    }

    private void CarryOut(ShareStep step)
    {
        VmId vm = step.Nic!.Vm;
        _inForce[vm] = step.BytesPerSecond;
        if (step.BytesPerSecond == 0)
        {
            _held.Remove(vm);
            return;
        }

        HeldLimit limit = step.Limit ?? new(Guid.NewGuid(), Rule.Name, Rule.Resource, default, vm, step.Nic.Mac, LimitStage.InForce, step.BytesPerSecond);
        _held[vm] = limit with { Amount = step.BytesPerSecond, ChangedUnixMs = NowUnixMs };
    }
}
