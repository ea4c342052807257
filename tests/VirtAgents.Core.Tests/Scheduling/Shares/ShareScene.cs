using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Shares;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

/// <summary>
/// An uplink of 100 MiB/s, a host of 8 pCPUs, or a pool of 1,000 operations per second, with VMs of 4 vCPUs and a disk, who use what they want as far as their limits and the place let them, and a rule that looks each 5 s.
/// Amounts are MiB/s, pCPUs or operations per second.
/// </summary>
internal sealed class ShareScene(LimitedResource resource = LimitedResource.NetworkOut)
{
    public const int Vcpus = 4;
    public const long Mib = 1 << 20;
    public const long LookMs = 5_000;

    private readonly Dictionary<VmId, long> _inForce = [];
    private readonly Dictionary<VmId, HeldLimit> _held = [];

    private readonly bool _isCpu = resource == LimitedResource.Cpu, _isDisk = resource == LimitedResource.DiskOperations;

    public ShareRule Rule { get; set; } = new("uplink", resource, ScheduleMode.Auto, "eth1", null) { Hold = TimeSpan.FromSeconds(10) };

    /// <summary>What there is.</summary>
    public double Capacity => _isCpu ? 8 : _isDisk ? 1_000 : 100;

    /// <summary>What one of a limit is of the amounts here.</summary>
    public double PerUnit => _isCpu ? Vcpus / 100.0 : _isDisk ? 1 : 1.0 / Mib;

    public ShareMemory Memory { get; set; } = ShareMemory.None;

    /// <summary>What each VM would use.</summary>
    public Dictionary<int, double> Demands { get; } = [];

    /// <summary>What others than VMs use.</summary>
    public double Others { get; set; }

    public long NowUnixMs { get; private set; } = 1_000_000;

    public IReadOnlyCollection<HeldLimit> Held => _held.Values;

    public static VmId Id(int vm) => new(new Guid(vm, 1, 1, new byte[8]));

    public static string MacOf(int vm) => $"52:54:00:00:00:{vm:x2}";

    /// <summary>The limit of a VM; 0 = none.</summary>
    public double LimitOf(int vm) => _inForce.GetValueOrDefault(Id(vm)) * PerUnit;

    /// <summary>Has somebody set a limit of a VM.</summary>
    public void SetByHand(int vm, double amount) => _inForce[Id(vm)] = (long)(amount / PerUnit);

    /// <summary>What each VM uses: each up to its limit, and all less in proportion when that is more than there is.</summary>
    public Dictionary<int, double> Rates()
    {
        Dictionary<int, double> wanted = Demands.ToDictionary(d => d.Key, d => LimitOf(d.Key) is > 0 and var limit ? Math.Min(limit, d.Value) : d.Value);
        double capacity = Capacity - Others, sum = wanted.Values.Sum();
        return wanted.ToDictionary(w => w.Key, w => sum > capacity ? w.Value * capacity / sum : w.Value);
    }

    public ShareSight Sight()
    {
        Dictionary<int, double> rates = Rates();
        double unit = _isCpu || _isDisk ? 1 : Mib;
        return new(
            _isCpu ? "CPU" : _isDisk ? "pool san" : "eth1", Capacity * unit, (rates.Values.Sum() + Others) * unit,
            [
                .. rates.Select(r => new ShareTaker(Id(r.Key), $"vm{r.Key}", r.Key % 2 == 0 ? "even" : "odd", _isCpu ? "" : _isDisk ? "vda" : MacOf(r.Key), r.Value * unit, _inForce.GetValueOrDefault(Id(r.Key)))
                {
                    PerUnit = PerUnit * unit, FreeFrom = _isCpu ? 100 : null,
                }),
            ]);
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
        VmId vm = step.Taker!.Vm;
        _inForce[vm] = step.Amount;
        if (step.Amount == 0)
        {
            _held.Remove(vm);
            return;
        }

        HeldLimit limit = step.Limit ?? new(Guid.NewGuid(), Rule.Name, Rule.Resource, default, vm, step.Taker.Device, LimitStage.InForce, step.Amount);
        _held[vm] = limit with { Amount = step.Amount, ChangedUnixMs = NowUnixMs };
    }
}
