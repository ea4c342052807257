using VirtAgents.Benchmarks.Week;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Tests.Week;

/// <summary>Counters of two hosts of 10 pCPUs and two VMs, told to a meter minute by minute, so that figures can be reckoned by hand.</summary>
internal sealed class MeteredHosts
{
    public const int Cpus = 10;
    private const long Second = 1_000_000_000;

    private static readonly MetricId[]
        HostColumns = [Metric.HostCpuUser, Metric.HostCpuSystem, Metric.HostCpuIdle, Metric.HostCpuIoWait], VmColumns = [Metric.VmCpuTime, Metric.VmCpuDelay];

    private static readonly EstateDefinition Estate = Make();
    private static readonly Subject?[] Subjects =
        [new(SubjectKind.Host, Guid.Empty, ""), .. Estate.Hosts[0].Vms.Select(v => new Subject(SubjectKind.Vm, v.Id.Value, ""))];

    private readonly long[] _busy = new long[2], _idle = new long[2], _got = new long[2], _waited = new long[2];

    public WeekMeter Meter { get; } = new(Estate);

    public TimeSpan Now { get; private set; }

    /// <summary>A minute passes.</summary>
    /// <param name="busy">Share of CPU in use on both hosts; null = it is dead.</param>
    /// <param name="at">Host of both VMs; null = it runs nowhere.</param>
    /// <param name="waits">Seconds that each VM waited for CPU; it got a minute less that.</param>
    public void Minute((double? First, double? Second) busy, (int? First, int? Second) at, (double First, double Second) waits = default)
    {
        Meter.Begin(Now += TimeSpan.FromMinutes(1));
        Run(0, waits.First);
        Run(1, waits.Second);
        Host(0, busy.First, at);
        Host(1, busy.Second, at);
        Meter.End();
    }

    /// <summary>The host counts from nought, as after it was booted.</summary>
    public void Boot(int host) => (_busy[host], _idle[host]) = (0, 0);

    private void Run(int vm, double waits)
    {
        _waited[vm] += (long)(waits * Second);
        _got[vm] += (long)((60 - waits) * Second);
    }

    private void Host(int host, double? busy, (int? First, int? Second) at)
    {
        SampleSet samples = new();
        if (busy is { } share)
        {
            _busy[host] += (long)(share * 60 * Cpus * Second);
            _idle[host] += (long)((1 - share) * 60 * Cpus * Second);
            SampleTable own = samples.Add(SubjectKind.Host, HostColumns);
            own.AddRow(0);
            long[] values = [_busy[host], 0, _idle[host], 0];
            for (int column = 0; column < values.Length; column++)
            {
                own.Set(0, column, values[column]);
            }

            SampleTable vms = samples.Add(SubjectKind.Vm, VmColumns);
            AddVm(vms, 0, at.First == host);
            AddVm(vms, 1, at.Second == host);
        }

        Meter.Observe(host, samples, Subjects);
    }

    private void AddVm(SampleTable vms, int vm, bool isHere)
    {
        if (isHere)
        {
            int row = vms.AddRow(vm + 1);
            vms.Set(row, 0, _got[vm]);
            vms.Set(row, 1, _waited[vm]);
        }
    }

    private static EstateDefinition Make()
    {
        EstateDefinition made = EstateGenerator.Generate(new(2, 2));
        return made with { Hosts = [made.Hosts[0] with { CpuCount = Cpus }, made.Hosts[1] with { CpuCount = Cpus, Vms = [] }] };
    }
}
