namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>Median of about the last values of a series, from a few of them.</summary>
/// <remarks>
/// <para>
/// A systematic sample: of each stretch of values one is kept, at a place drawn from a generator with a fixed seed, so that no
/// rhythm of the series can hide from it. Stretches grow from one value until the sample spans as many values as asked for;
/// the newest kept value then takes the place of the oldest. The standard error of the median of m values is about
/// 1.25 σ / √m for normal ones.
/// </para>
/// <para>The median is an order statistic: it moves with any shift and scale of the series.</para>
/// </remarks>
internal sealed class OrderSample
{
    private const uint Seed = 12_345;
    private readonly double[] _sorted;
    private readonly byte[] _slots;
    private readonly int _longestStretch;
    private long _seen;
    private uint _random = Seed;
    private int _count;
    private int _oldest;
    private int _wait = 1;

    /// <param name="size">Values kept; from 1 to 256.</param>
    /// <param name="span">Values that it speaks for once it has seen so many; at least <paramref name="size"/>.</param>
    public OrderSample(int size, int span)
    {
        _sorted = new double[size];
        _slots = new byte[size];
        _longestStretch = span / size;
    }

    /// <summary>The median; 0 before the first value.</summary>
    public double Median => (_sorted[_count / 2] + _sorted[Math.Max(0, (_count - 1) / 2)]) / 2;

    public void Add(double value)
    {
        _seen++;
        if (--_wait > 0)
        {
            return;
        }

        _wait = NextStretch();
        int place;
        byte slot;
        if (_count < _sorted.Length)
        {
            slot = (byte)_count;
            place = _count++;
        }
        else
        {
            slot = (byte)_oldest;
            place = Array.IndexOf(_slots, slot);
            _oldest = (_oldest + 1) % _sorted.Length;
        }

        Place(value, slot, place);
    }

    public void Write(StateWriter state)
    {
        state.Int64(_seen);
        state.Int32((int)(_random & int.MaxValue));
        state.Int32((int)(_random >> 31));
        state.Int32(_count);
        state.Int32(_oldest);
        state.Int32(_wait);
        state.Doubles(_sorted.AsSpan(0, _count));
        state.Bytes(_slots.AsSpan(0, _count));
    }

    public void Read(ref StateReader state)
    {
        _seen = state.Int64();
        _random = (uint)state.Int32(int.MaxValue) | ((uint)state.Int32(1) << 31);
        _count = state.Int32(_sorted.Length);
        _oldest = state.Int32(_sorted.Length - 1);
        _wait = state.Int32(2 * _longestStretch);
        state.Doubles(_sorted.AsSpan(0, _count));
        state.Bytes(_slots.AsSpan(0, _count));
        for (int i = 0; i < _count; i++)
        {
            state.Require(i == 0 || _sorted[i - 1] <= _sorted[i]);
            state.Require(_slots.AsSpan(0, _count).Contains((byte)i));
        }
    }

    private int NextStretch()
    {
        int stretch = (int)Math.Clamp(_seen / _sorted.Length, 1, _longestStretch);
        if (stretch == 1)
        {
            return 1;
        }

        // The multiplier and increment of Numerical Recipes, 2nd edition, section 7.1; its upper half is good enough to pick a place.
        _random = (_random * 1_664_525) + 1_013_904_223;
        return (stretch / 2) + 1 + (int)((_random >> 16) % (uint)stretch);
    }

    private void Place(double value, byte slot, int place)
    {
        while (place < _count - 1 && _sorted[place + 1] < value)
        {
            (_sorted[place], _slots[place]) = (_sorted[place + 1], _slots[place + 1]);
            place++;
        }

        while (place > 0 && _sorted[place - 1] > value)
        {
            (_sorted[place], _slots[place]) = (_sorted[place - 1], _slots[place - 1]);
            place--;
        }

        (_sorted[place], _slots[place]) = (value, slot);
    }
}
