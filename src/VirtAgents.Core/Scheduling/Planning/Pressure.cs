using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>How far a host is above its level in what a VM uses, and when that is too far.</summary>
/// <remarks>
/// A VM is taken from a host only when the host is further above than nine tenths of an average VM make it, weighed by what this VM
/// uses (so that of equal VMs one too many may leave); and it is put only where that does not hold afterwards. So a VM that was moved stays: whoever plans anew from the
/// state in the middle of a plan, or at its end, finds it where it may not be taken from. The state itself carries the memory.
/// That asks for two things. The level is what each host would hold if all VMs were spread evenly over the room of the hosts, those that
/// must leave another host too, so it is the same from the first move to the last; the mean of the hosts is not where they differ in size or are
/// emptied. And the height never falls by what a host receives: only what is above the level counts. That also lets memory leave a host
/// that is full of VMs with few vCPUs, which else has too little of the one to give away the other.
/// The weighing lies between shares of a host and shares of the mean load (power 0.4): by shares alone vCPUs outweigh everything,
/// by the mean alone the small loads of disk and network do.
/// </remarks>
internal sealed class Pressure
{
    private const double Power = 0.4;
    private const float PartOfAverageVm = 0.9f;

    private readonly ClusterLayout _layout;
    private readonly LoadField _field;
    private readonly Vector256<float>[] _directions;
    private readonly Vector256<float> _level;

    public Pressure(ClusterLayout layout, LoadLanes lanes, LoadField field)
    {
        (_layout, _field) = (layout, field);
        int[] targets = [.. Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h])];
        Vector256<float> scale = Vector256<float>.Zero, total = Vector256<float>.Zero;
        foreach (int host in targets)
        {
            scale += lanes.Scales[host] / targets.Length;
        }

        foreach (Vector256<float> vm in lanes.Vms)
        {
            total += vm * scale;
        }

        _level = LevelOf(layout, lanes, targets);
        Vector256<float> weights = WeightsOf(total / Math.Max(1, targets.Length));
        _directions = [.. lanes.Vms.Select(v => DirectionOf(v * scale, weights))];
        Vector256<float> average = total / Math.Max(1, lanes.Vms.Length);
        Tolerance = Dot(DirectionOf(average, weights), average) * PartOfAverageVm;
    }

    /// <summary>How high is not too high: nine tenths of what one average VM adds, seen by itself.</summary>
    public float Tolerance { get; }

    /// <summary>How far a host is above its level in what a VM uses; 0 = nowhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float On(int vm, int host) => Above(vm, HeightOf(host));

    /// <summary>The same less what the host is below its level; below 0 = rather below it.</summary>
    public float NetOn(int vm, int host) => Dot(_directions[vm], HeightOf(host));

    /// <summary>Whether a VM may be taken from a host for the sake of balance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsTooHigh(int vm, int host) => On(vm, host) > Tolerance;

    /// <summary>Whether a VM may leave its home for the sake of balance, with the load as it is; one that is fixed, belongs to others or is not measured may not.</summary>
    public bool MayLeave(int vm) => !_layout.IsFixed[vm] && !_layout.Together[vm] && _layout.UseIsKnown[vm] && IsTooHigh(vm, _layout.Home[vm]);

    /// <summary>Whether it could be taken if the load of the host were changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsTooHigh(int vm, int host, Vector256<float> change) => Excess(vm, host, change) > 0;

    /// <summary>How much too high it would be then; 0 or less = it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Excess(int vm, int host, Vector256<float> change) => Above(vm, HeightOf(host) + change) - Tolerance;

    /// <summary>Whether a VM that comes to a host would not be taken from it again.</summary>
    public bool WouldAccept(int vm, int host) => !IsTooHigh(vm, host, _field.LoadOf(vm, host));

    // VMs of hosts that nothing comes to or has to leave, as those of which nothing is known, are no load for the others.
    private static Vector256<float> LevelOf(ClusterLayout layout, LoadLanes lanes, int[] targets)
    {
        (Vector256<float> load, Vector256<float> room) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (int vm = 0; vm < lanes.Vms.Length; vm++)
        {
            int home = layout.Home[vm];
            load += layout.Carries[home] || layout.Hosts[home].Availability == HostAvailability.Drain ? lanes.Vms[vm] : Vector256<float>.Zero;
        }

        foreach (int host in targets)
        {
            load += Vector256.CreateScalar((float)layout.Hosts[host].ReservedMemoryMb);
            room += Vector256<float>.One / lanes.Scales[host];
        }

        return targets.Length > 0 ? load / room : Vector256<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> HeightOf(int host) => _field.Deviations[host] + (_field.Mean - _level);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Above(int vm, Vector256<float> height) => Dot(_directions[vm], Vector256.Max(height, Vector256<float>.Zero));

    private static Vector256<float> WeightsOf(Vector256<float> mean)
    {
        Span<float> weights = stackalloc float[8];
        for (int lane = 0; lane < 6; lane++)
        {
            weights[lane] = mean[lane] > 0 ? (float)Math.Pow(mean[lane], -Power) : 0;
        }

        return Vector256.Create<float>(weights);
    }

    private static Vector256<float> DirectionOf(Vector256<float> load, Vector256<float> weights)
    {
        Vector256<float> weighed = load * weights;
        float sum = 0;
        for (int lane = 0; lane < 6; lane++)
        {
            sum += weighed[lane];
        }

        return sum > 0 ? weighed / sum * weights : Vector256<float>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot(Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> product = a * b;
        Vector128<float> four = product.GetLower() + product.GetUpper();
        return (four.GetElement(0) + four.GetElement(1)) + (four.GetElement(2) + four.GetElement(3));
    }
}
