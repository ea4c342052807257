using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>How far a host is above the mean in what a VM uses, and when that is too far.</summary>
/// <remarks>
/// A VM is taken from a host only when the host is further above the mean than one average VM makes it, weighed by what this VM
/// uses; and it is put only where that does not hold afterwards. So a VM that was moved stays: whoever plans anew from the
/// state in the middle of a plan, or at its end, finds it where it may not be taken from. The state itself carries the memory.
/// The weighing lies between shares of a host and shares of the mean load (power 0.6): by shares alone vCPUs outweigh everything,
/// by the mean alone the small loads of disk and network do. Where hosts are of several sizes it is nearer to shares (power 0.2), and half an average VM
/// is far enough: a VM makes more of a small host, and else many hosts keep what moving one VM at a time would take from them.
/// </remarks>
internal sealed class Pressure
{
    private const double Power = 0.6, MixedPower = 0.2;
    private const float MixedTolerance = 0.5f;

    private readonly LoadField _field;
    private readonly Vector256<float>[] _directions;

    public Pressure(ClusterLayout layout, LoadLanes lanes, LoadField field)
    {
        _field = field;
        Vector256<float> scale = Vector256<float>.Zero;
        bool isMixed = lanes.SizesDiffer;
        int[] targets = [.. Enumerable.Range(0, layout.Hosts.Length).Where(h => layout.Carries[h])];
        foreach (int host in targets)
        {
            scale += lanes.Scales[host] / targets.Length;
        }

        Vector256<float> total = Vector256<float>.Zero;
        foreach (Vector256<float> vm in lanes.Vms)
        {
            total += vm * scale;
        }

        Vector256<float> weights = WeightsOf(total / Math.Max(1, targets.Length), isMixed ? MixedPower : Power);
        _directions = [.. lanes.Vms.Select(v => DirectionOf(v * scale, weights))];
        Vector256<float> average = total / Math.Max(1, lanes.Vms.Length);
        Tolerance = Dot(DirectionOf(average, weights), average) * (isMixed ? MixedTolerance : 1);
    }

    /// <summary>How high is not too high: what one average VM adds, seen by itself; half of it where hosts are of several sizes.</summary>
    public float Tolerance { get; }

    /// <summary>How far a host is above the mean in what a VM uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float On(int vm, int host) => Dot(_directions[vm], _field.Deviations[host]);

    /// <summary>Whether a VM may be taken from a host for the sake of balance.</summary>
    public bool IsTooHigh(int vm, int host) => On(vm, host) > Tolerance;

    /// <summary>Whether it could be taken if the load of the host were changed.</summary>
    public bool IsTooHigh(int vm, int host, Vector256<float> change) => Dot(_directions[vm], _field.Deviations[host] + change) > Tolerance;

    /// <summary>Whether a VM that comes to a host would not be taken from it again.</summary>
    public bool WouldAccept(int vm, int host) => !IsTooHigh(vm, host, _field.LoadOf(vm, host));

    private static Vector256<float> WeightsOf(Vector256<float> mean, double power)
    {
        Span<float> weights = stackalloc float[8];
        for (int lane = 0; lane < 6; lane++)
        {
            weights[lane] = mean[lane] > 0 ? (float)Math.Pow(mean[lane], -power) : 0;
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
