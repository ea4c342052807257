using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>
/// How far each host is from the mean load, with the sums that make the score of any change cost the same however many hosts there
/// are. Only hosts that take VMs count, as in the score it follows.
/// </summary>
internal sealed class LoadField
{
    private readonly ClusterLayout _layout;
    private readonly LoadLanes _lanes;
    private readonly Vector256<float> _share;
    private Vector256<float> _mean;

    public LoadField(ClusterLayout layout, LoadLanes lanes)
    {
        (_layout, _lanes) = (layout, lanes);
        Deviations = new Vector256<float>[layout.Hosts.Length];
        _share = Vector256.Create(1f / Math.Max(1, layout.Carries.Count(t => t)));
    }

    /// <summary>For each host its load less the mean.</summary>
    public Vector256<float>[] Deviations { get; }

    /// <summary>Sum of squared deviations.</summary>
    public Vector256<float> Squares { get; private set; }

    /// <summary>Sum of deviations; not zero where hosts differ in size, since a VM then adds more to one than to another.</summary>
    public Vector256<float> Sums { get; private set; }

    /// <summary>Load of a host on average.</summary>
    public Vector256<float> Mean => _mean;

    public float Score => ScoreOf(Squares, Sums);

    /// <summary>Reckons everything anew; rounding of many small steps ends here.</summary>
    public void Rebuild(ReadOnlySpan<int> place)
    {
        _lanes.Own.CopyTo(Deviations, 0);
        for (int vm = 0; vm < place.Length; vm++)
        {
            Deviations[place[vm]] += _lanes.Vms[vm] * _lanes.Scales[place[vm]];
        }

        _mean = Vector256<float>.Zero;
        for (int host = 0; host < Deviations.Length; host++)
        {
            _mean += _layout.Carries[host] ? Deviations[host] * _share : Vector256<float>.Zero;
        }

        (Squares, Sums) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (int host = 0; host < Deviations.Length; host++)
        {
            Deviations[host] -= _mean;
            Squares += _layout.Carries[host] ? Deviations[host] * Deviations[host] : Vector256<float>.Zero;
            Sums += _layout.Carries[host] ? Deviations[host] : Vector256<float>.Zero;
        }
    }

    /// <summary>What a VM adds to a host.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> LoadOf(int vm, int host) => _lanes.Vms[vm] * _lanes.Scales[host];

    /// <summary>Adds to sums what it would change if a host carried more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int host, Vector256<float> load, ref Vector256<float> squares, ref Vector256<float> sums)
    {
        if (_layout.Carries[host])
        {
            squares += load * (load + Deviations[host] + Deviations[host]);
            sums += load;
        }
    }

    /// <summary>Score of a move of one VM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ScoreOfMove(int vm, int from, int to)
    {
        (Vector256<float> squares, Vector256<float> sums) = (Squares, Sums);
        Add(from, -LoadOf(vm, from), ref squares, ref sums);
        Add(to, LoadOf(vm, to), ref squares, ref sums);
        return ScoreOf(squares, sums);
    }

    /// <summary>Score after two VMs have changed places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ScoreOfExchange(int first, int from, int second, int to)
    {
        (Vector256<float> squares, Vector256<float> sums) = (Squares, Sums);
        Add(from, LoadOf(second, from) - LoadOf(first, from), ref squares, ref sums);
        Add(to, LoadOf(first, to) - LoadOf(second, to), ref squares, ref sums);
        return ScoreOf(squares, sums);
    }

    public void Move(int vm, int from, int to)
    {
        Shift(from, -LoadOf(vm, from));
        Shift(to, LoadOf(vm, to));
    }

    /// <summary>Weighted sum of the standard deviations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ScoreOf(Vector256<float> squares, Vector256<float> sums)
    {
        Vector256<float> mean = sums * _share;
        return SumOf(Vector256.Sqrt(Vector256.Max((squares * _share) - (mean * mean), Vector256<float>.Zero)) * _lanes.Weights);
    }

    /// <summary>How much of the score a host makes, beside others: its squared deviations, each over the spread of its lane.</summary>
    public float ContributionOf(int host) =>
        SumOf(Deviations[host] * Deviations[host] * _lanes.Weights / Vector256.Max(Vector256.Sqrt(Squares), Vector256.Create(float.Epsilon)));

    // Added up in an order of our own: that of Sum is not promised, and equal inputs are to give equal plans.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOf(Vector256<float> lanes)
    {
        Vector128<float> four = lanes.GetLower() + lanes.GetUpper();
        return (four.GetElement(0) + four.GetElement(1)) + (four.GetElement(2) + four.GetElement(3));
    }

    private void Shift(int host, Vector256<float> load)
    {
        (Vector256<float> squares, Vector256<float> sums) = (Squares, Sums);
        Add(host, load, ref squares, ref sums);
        (Squares, Sums) = (squares, sums);
        Deviations[host] += load;
    }
}
