using CsCheck;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

/// <summary>Live figures and those computed from stored series are the same number, or unknown for the same reason.</summary>
public sealed class LiveEqualsHistoryTests
{
    private static readonly VmId Web = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly Subject WebVm = new(SubjectKind.Vm, Web.Value, "");
    private static readonly Subject Host = new(SubjectKind.Host, HostTicks.HostGuid, "");

    private static readonly MetricId[] FastVm = [Metric.VmCpuTime, Metric.VmCpuDelay, Metric.VmCpuThrottled, Metric.VmMemoryRss];
    private static readonly MetricId[] SlowVm =
        [Metric.VmVcpuCount, Metric.VmHostCpus, Metric.VmBalloonMaximum, Metric.VmMemoryAvailable, Metric.VmMemoryUsable, Metric.VmBalloonUpdated];

    private static readonly MetricId[] OfHost =
    [
        Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuIdle, Metric.HostCpuIoWait, Metric.HostCpuSteal, Metric.HostMemoryTotal,
        Metric.HostMemoryAvailable,
    ];

    private static readonly Gen<Tick[]> Ticks = Gen.Select(
        Gen.OneOf(Gen.Const(2_000L), Gen.Const(2_000L), Gen.Long[1, 30_000]),
        Gen.Int[0, 4],
        Gen.Int[0, 15],
        Gen.Long[0, 1_000].Array[17],
        (step, tier, trouble, cells) => new Tick(step, tier == 0 ? SampleTier.Slow : SampleTier.Fast, trouble, cells)).Array[0, 40];

    [Fact]
    public void Vm_AnyTicks_SameNumberOrSameReason() => Ticks.Sample(ticks => new Run(ticks).Check());

    private sealed class Run(Tick[] ticks)
    {
        private readonly HostTicks _host = new();
        private readonly FigureTracker _tracker = new();
        private readonly Dictionary<MetricId, List<CounterReading>> _stored = [];
        private readonly Dictionary<MetricId, long> _counters = [];
        private readonly List<(string Metric, long Time, double? Number, UnknownReason Unknown)> _live = [];
        private int _epoch;

        public void Check()
        {
            long time = 0;
            foreach (Tick tick in ticks)
            {
                time += tick.Step;
                _epoch += tick.Trouble == 1 ? 1 : 0;
                Take(tick, time);
            }

            Dictionary<MetricId, RawSeries> series = _stored.ToDictionary(
                s => s.Key,
                s => new RawSeries([.. s.Value.Select(r => r.TimeUnixMs)], [.. s.Value.Select(r => r.Raw)], [.. s.Value.Select(r => r.Epoch)]));
            foreach (var figure in _live.GroupBy(l => l.Metric))
            {
                Dictionary<long, ExplainedValue> history =
                    DerivedSeries.Explain(DerivedCatalogue.Find(figure.Key)!, series).ToDictionary(v => v.Value.TimeUnixMs);
                foreach ((string metric, long at, double? number, UnknownReason unknown) in figure)
                {
                    Same(metric, number, unknown, history.TryGetValue(at, out ExplainedValue value) ? value : ExplainedValue.Missing(at, UnknownReason.NotSampled));
                }
            }
        }

        private static void Same(string metric, double? number, UnknownReason unknown, ExplainedValue history)
        {
            Assert.True(history.Unknown == unknown, $"{metric} at {history.Value.TimeUnixMs}: live {unknown}, history {history.Unknown}");
            Assert.Equal(history.IsKnown, number is not null);
            if (number is { } known)
            {
                Assert.InRange(known, history.Value.Value * (1 - 1e-12), history.Value.Value * (1 + 1e-12));
            }
        }

        private void Take(Tick tick, long time)
        {
            _host.At(time, tick.Tier);
            int cell = 0;
            bool fast = tick.Tier == SampleTier.Fast;
            _host.Row(WebVm, [.. (fast ? FastVm : SlowVm).Select(m => (m, CellOf(m, tick, cell++, time)))]);
            if (fast)
            {
                _host.Row(Host, [.. OfHost.Select(m => (m, CellOf(m, tick, cell++, time)))]);
            }

            _tracker.Observe(_host.Samples, _host.Subjects, _epoch);
            VmFigures vm = _tracker.Vm(Web, 0);
            if (!fast)
            {
                _live.Add(("vm_memory_used_percent", time, vm.MemoryUsedPercent, vm.Unknown.MemoryUsed));
                return;
            }

            HostFigures host = _tracker.Host();
            _live.Add(("vm_cpu_percent", time, vm.CpuPercent, vm.Unknown.Cpu));
            _live.Add(("vm_cpu_host_percent", time, vm.CpuOfHostPercent, vm.Unknown.CpuOfHost));
            _live.Add(("vm_steal_percent", time, vm.StealPercent, vm.Unknown.Steal));
            _live.Add(("vm_cpu_throttled_percent", time, vm.ThrottledPercent, vm.Unknown.Throttled));
            _live.Add(("vm_contention_score", time, vm.ContentionScore, vm.Unknown.Contention));
            _live.Add(("vm_memory_rss_percent", time, vm.MemoryRssPercent, vm.Unknown.MemoryRssPercent));
            _live.Add(("host_cpu_percent", time, host.CpuPercent, host.Unknown.Cpu));
            _live.Add(("host_memory_used_percent", time, host.MemoryUsedPercent, host.Unknown.MemoryUsed));
        }

        // Leading metrics are in every tick: what comes at which distance is part of how history learns the rhythm of a series.
        private long? CellOf(MetricId metric, Tick tick, int cell, long time)
        {
            bool counter = MetricCatalogue.Find(metric)!.Shape == MetricShape.Counter;
            bool leads = DerivedCatalogue.All.Any(d => d.Lead == metric);
            if (tick.Trouble == 2 && !leads && tick.Cells[cell] % 3 == 0)
            {
                return null;
            }

            long before = tick.Trouble == 3 && tick.Cells[cell] % 2 == 0 ? 0 : _counters.GetValueOrDefault(metric);
            long value = counter ? before + (tick.Cells[cell] * 1_000_000)
                : metric == Metric.VmBalloonUpdated && tick.Trouble != 4 ? time / 1000
                : metric == Metric.VmVcpuCount || metric == Metric.VmHostCpus ? tick.Cells[cell] % 4
                : tick.Cells[cell];
            _counters[metric] = value;
            if (!_stored.TryGetValue(metric, out List<CounterReading>? readings))
            {
                _stored.Add(metric, readings = []);
            }

            readings.Add(new(time, value, _epoch));
            return value;
        }
    }

    private sealed record Tick(long Step, SampleTier Tier, int Trouble, long[] Cells);
}
