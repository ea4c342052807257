using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Live;

/// <summary>How many pCPUs VMs kept busy in each of the last <see cref="LoadOutlook.PastHours"/>. Hours are counted since 1970 UTC. Not thread-safe.</summary>
public sealed class HourlyLoads
{
    // A VM that was seen for less of an hour may have done anything in the rest.
    private const double LeastSeconds = 600;

    private readonly Dictionary<VmId, Past> _pasts = [];
    private long _end;

    /// <summary>VMs of which something is known.</summary>
    public int Count => _pasts.Count;

    /// <summary>Makes room for newer hours, and forgets those that are too old.</summary>
    /// <param name="endHour">First hour that has not ended; not before an earlier one.</param>
    public void Advance(long endHour)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(endHour, _end);
        long passed = Math.Min(endHour - _end, LoadOutlook.PastHours);
        foreach (Past past in passed > 0 ? _pasts.Values : Enumerable.Empty<Past>())
        {
            for (long hour = endHour - passed; hour < endHour; hour++)
            {
                past.Clear(PlaceOf(hour));
            }
        }

        _end = endHour;
    }

    /// <summary>Forgets some hours of all VMs, as they are to be added anew.</summary>
    /// <param name="fromHour">First hour.</param>
    /// <param name="endHour">First hour that is kept.</param>
    public void Clear(long fromHour, long endHour)
    {
        for (long hour = Math.Max(fromHour, _end - LoadOutlook.PastHours); hour < Math.Min(endHour, _end); hour++)
        {
            foreach (Past past in _pasts.Values)
            {
                past.Clear(PlaceOf(hour));
            }
        }
    }

    /// <summary>Adds what a VM did in an hour while it was on one host; hours that are too old or have not ended are passed over.</summary>
    /// <param name="vm">VM.</param>
    /// <param name="hour">Hour.</param>
    /// <param name="cpuSeconds">CPU time.</param>
    /// <param name="seconds">Time in which it was seen.</param>
    public void Add(VmId vm, long hour, double cpuSeconds, double seconds)
    {
        if (hour >= _end || hour < _end - LoadOutlook.PastHours)
        {
            return;
        }

        if (!_pasts.TryGetValue(vm, out Past? past))
        {
            _pasts.Add(vm, past = new Past());
        }

        past.Add(PlaceOf(hour), cpuSeconds, seconds);
    }

    /// <summary>pCPUs that a VM will keep busy at most, see <see cref="LoadOutlook"/>; null = too little is known.</summary>
    public double? Ahead(VmId vm, int vcpus)
    {
        if (!_pasts.TryGetValue(vm, out Past? past))
        {
            return null;
        }

        Span<double> hours = stackalloc double[LoadOutlook.PastHours];
        for (int i = 0; i < hours.Length; i++)
        {
            hours[i] = past.CoresAt(PlaceOf(_end - LoadOutlook.PastHours + i), LeastSeconds);
        }

        return LoadOutlook.CoresOf(hours, vcpus);
    }

    /// <summary>Forgets all VMs but some.</summary>
    public void Keep(IReadOnlySet<VmId> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        foreach (VmId gone in _pasts.Keys.Where(vm => !vms.Contains(vm)).ToArray())
        {
            _pasts.Remove(gone);
        }
    }

    private static int PlaceOf(long hour) => (int)(((hour % LoadOutlook.PastHours) + LoadOutlook.PastHours) % LoadOutlook.PastHours);

    /// <summary>One VM, hour by hour in a ring.</summary>
    private sealed class Past
    {
        private readonly float[] _cpuSeconds = new float[LoadOutlook.PastHours];
        private readonly float[] _seconds = new float[LoadOutlook.PastHours];

        public void Clear(int place) => (_cpuSeconds[place], _seconds[place]) = (0, 0);

        public void Add(int place, double cpuSeconds, double seconds)
        {
            _cpuSeconds[place] += (float)cpuSeconds;
            _seconds[place] += (float)seconds;
        }

        public double CoresAt(int place, double leastSeconds) => _seconds[place] >= leastSeconds ? _cpuSeconds[place] / _seconds[place] : double.NaN;
    }
}
