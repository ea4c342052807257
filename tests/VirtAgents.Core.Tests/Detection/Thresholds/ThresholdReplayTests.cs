using VirtAgents.Core.Detection.Thresholds;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Thresholds;

public sealed class ThresholdReplayTests
{
    private const long MinuteMs = 60_000;
    private static readonly HostId Host = new(new Guid(9, 0, 0, new byte[8]));
    private static readonly VmId Vm = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly ThresholdRule Busy = new("busy", "vm_cpu_percent", 80, 20, TimeSpan.FromMinutes(2), false, "", "");

    [Fact]
    public void Run_HeldForTwoMinutes_IsToldAtTheEndOfTheStepThatMakesItSo()
    {
        FleetEvent told = Assert.Single(Run([.. Steps(90, 90, 90, 90)], []));

        Assert.Equal((HostEventKind.ThresholdWarning, 3 * MinuteMs, 3 * MinuteMs, Vm), (told.Event.Kind, told.Event.TimeUnixMs, told.ReceivedUnixMs, told.Event.Vm!.Value));
    }

    [Fact]
    public void Run_StepMissing_IsUnknownAndTheTimeToHoldBeginsAnew()
    {
        (long, double)[] other = [.. Steps(1, 1, 1, 1, 1)];
        (long, double)[] values = [.. Steps(90, 90).Concat([(3 * MinuteMs, 90.0), (4 * MinuteMs, 90.0)])];

        Assert.Empty(ThresholdReplay.Run(Host, "h1", [Figure(Vm, values), Figure(new VmId(new Guid(2, 0, 0, new byte[8])), other)], [], [Busy], MinuteMs));
    }

    [Fact]
    public void Run_VmIsSeenToStop_EndsIt()
    {
        FleetEvent stopped = new(Host, "h1", new HostEvent(HostEventKind.VmStopped, 5 * MinuteMs, Vm, "web", State: VmState.ShutOff), VmState.Running, 5 * MinuteMs);
        (long, double)[] host = [.. Steps(1, 1, 1, 1, 1, 1)];

        FleetEvent[] told = [.. ThresholdReplay.Run(Host, "h1", [Figure(Vm, [.. Steps(90, 90, 90, 90)]), new("host_cpu_percent", default, "", "h1", host)], [stopped], [Busy], MinuteMs)];

        Assert.Equal([HostEventKind.ThresholdWarning, HostEventKind.ThresholdCleared], told.Select(t => t.Event.Kind));
        Assert.Equal(5 * MinuteMs, told[1].ReceivedUnixMs);
    }

    private static IEnumerable<FleetEvent> Run((long, double)[] values, FleetEvent[] lines) =>
        ThresholdReplay.Run(Host, "h1", [Figure(Vm, values)], lines, [Busy], MinuteMs);

    private static RecordedFigure Figure(VmId vm, (long, double)[] values) => new("vm_cpu_percent", vm, "", "web", values);

    private static IEnumerable<(long, double)> Steps(params double[] values) => values.Select((v, at) => (at * MinuteMs, v));
}
