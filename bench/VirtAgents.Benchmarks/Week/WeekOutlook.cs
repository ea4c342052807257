using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Benchmarks.Week;

/// <summary>What VMs used in each hour, and what they will use: as the collector does it, looked ahead anew once an hour.</summary>
internal sealed class WeekOutlook
{
    private readonly Dictionary<Guid, Past> _pasts = [];
    private Dictionary<Guid, double?>? _ahead;
    private int _hour;

    /// <summary>Takes what VMs used over the last ten minutes.</summary>
    public void Take(TimeSpan elapsed, LiveCluster seen)
    {
        if ((int)elapsed.TotalHours is var hour && hour != _hour)
        {
            (_hour, _ahead) = (hour, null);
            foreach (Past past in _pasts.Values)
            {
                past.End();
            }
        }

        foreach (ClusterVm vm in seen.Snapshot.Vms.Where(v => v.Use.CpuCores is not null))
        {
            Guid id = seen.VmIds[vm.Id];
            if (!_pasts.TryGetValue(id, out Past? past))
            {
                _pasts.Add(id, past = new Past(_hour, vm.Vcpus));
            }

            past.Add(vm.Use.CpuCores!.Value);
        }
    }

    /// <summary>A host with what its VMs will use.</summary>
    public LiveHost Of(LiveHost host)
    {
        _ahead ??= _pasts.AsParallel().Select(p => (p.Key, Ahead: p.Value.Ahead())).ToDictionary(p => p.Key, p => p.Ahead);
        return host with { Vms = [.. host.Vms.Select(v => v with { OutlookCores = _ahead.GetValueOrDefault(v.Info.Id.Value) })] };
    }

    /// <summary>The past of one VM, by the hour.</summary>
    private sealed class Past(int hoursBefore, int vcpus)
    {
        private readonly List<double> _hours = [.. Enumerable.Repeat(double.NaN, hoursBefore)];
        private double _sum;
        private int _count;

        public void Add(double cores) => (_sum, _count) = (_sum + cores, _count + 1);

        public void End()
        {
            _hours.Add(_count > 0 ? _sum / _count : double.NaN);
            (_sum, _count) = (0, 0);
        }

        public double? Ahead() => LoadOutlook.CoresOf([.. _hours.TakeLast(LoadOutlook.PastHours)], vcpus);
    }
}
