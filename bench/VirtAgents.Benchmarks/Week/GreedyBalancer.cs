using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Benchmarks.Week;

/// <summary>
/// The obvious balancer, each five minutes by the same means of load: while the host with the highest share of CPU in use is over the mean by the threshold, the VM whose move
/// brings it and the coolest host that takes this VM nearest to each other is moved; if none does, the next host is looked at. It waits for nothing and remembers nothing.
/// </summary>
internal sealed class GreedyBalancer(double threshold) : IWeekBalancer
{
    public string Name => "greedy";

    public string Told => "";

    public void Look(WeekWorld world, bool isNews)
    {
        if (!isNews)
        {
            LiveCluster live = world.Loaded();
            new Pass(live, [.. world.Moves.UnderWay.Select(m => m.Vm.Value)], threshold).Run((vm, from, to) => world.Moves.Send(new(vm), new(from), new(to), 0));
        }
    }

    /// <summary>One review.</summary>
    private sealed class Pass
    {
        private readonly LiveCluster _live;
        private readonly ClusterVm[] _vms;
        private readonly int[] _place;
        private readonly Dictionary<string, int> _hosts;
        private readonly double[] _cpu, _memory, _vcpus;
        private readonly bool[] _takes;
        private readonly double _threshold;

        public Pass(LiveCluster live, HashSet<Guid> moving, double threshold)
        {
            (_live, _threshold) = (live, threshold);
            ClusterHost[] hosts = [.. live.Snapshot.Hosts];
            _hosts = hosts.Select((h, i) => (h.Id, i)).ToDictionary(StringComparer.Ordinal);
            _vms = [.. live.Snapshot.Vms.Select(v => v.IsPinned || !v.Use.IsKnown || moving.Contains(live.VmIds[v.Id]) ? v with { IsPinned = true } : v)];
            _place = [.. _vms.Select(v => _hosts[v.Host])];
            (_cpu, _takes) = (new double[hosts.Length], [.. hosts.Select(h => h.Availability == HostAvailability.Online)]);
            _memory = [.. hosts.Select(h => h.Size.MemoryMb - h.ReservedMemoryMb)];
            _vcpus = [.. hosts.Select(h => h.Size.CpuCores * live.Snapshot.Limits.VcpuRatio)];
            for (int vm = 0; vm < _vms.Length; vm++)
            {
                Put(vm, _place[vm], 1);
            }
        }

        public void Run(Action<Guid, Guid, Guid> send)
        {
            HashSet<int> helpless = [];
            while (Hottest(helpless) is { } hot)
            {
                (int vm, int to) = Best(hot);
                if (vm < 0)
                {
                    helpless.Add(hot);
                    continue;
                }

                Put(vm, hot, -1);
                Put(vm, to, 1);
                _place[vm] = to;
                ClusterVm moved = _vms[vm];
                _vms[vm] = moved with { IsPinned = true };
                send(_live.VmIds[moved.Id], _live.HostIds[_live.Snapshot.Hosts[hot].Id], _live.HostIds[_live.Snapshot.Hosts[to].Id]);
            }
        }

        private int? Hottest(HashSet<int> helpless)
        {
            int[] all = [.. Enumerable.Range(0, _cpu.Length).Where(h => _takes[h])];
            double mean = all.Length == 0 ? 0 : all.Average(Share);
            int hot = all.Where(h => !helpless.Contains(h)).OrderByDescending(Share).FirstOrDefault(-1);
            return hot >= 0 && Share(hot) > mean + _threshold ? hot : null;
        }

        private (int Vm, int To) Best(int hot)
        {
            (int Vm, int To) best = (-1, -1);
            double least = double.MaxValue;
            for (int vm = 0; vm < _vms.Length; vm++)
            {
                if (_place[vm] == hot && !_vms[vm].IsPinned && Coolest(vm) is { } to)
                {
                    double share = (_vms[vm].Use.CpuCores ?? 0) / _live.Snapshot.Hosts[hot].Size.CpuCores, gap = Share(hot) - Share(to), left = Math.Abs(gap - (2 * share));
                    (best, least) = left < gap && left < least ? ((vm, to), left) : (best, least);
                }
            }

            return best;
        }

        private int? Coolest(int vm)
        {
            int host = Enumerable.Range(0, _cpu.Length)
                .Where(h => _takes[h] && h != _place[vm] && _memory[h] >= _vms[vm].MemoryMb && _vcpus[h] >= _vms[vm].Vcpus && (_vms[vm].AllowedHosts.IsEmpty || _vms[vm].AllowedHosts.Contains(_live.Snapshot.Hosts[h].Id)))
                .OrderBy(Share).FirstOrDefault(-1);
            return host < 0 ? null : host;
        }

        private double Share(int host) => _cpu[host] / _live.Snapshot.Hosts[host].Size.CpuCores;

        private void Put(int vm, int host, int sign)
        {
            _cpu[host] += sign * (_vms[vm].Use.CpuCores ?? 0);
            _memory[host] -= sign * _vms[vm].MemoryMb;
            _vcpus[host] -= sign * _vms[vm].Vcpus;
        }
    }
}
