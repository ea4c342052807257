using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Twins;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Twins;

public sealed class TwinWatchTests
{
    private const long Start = 1_800_000_000_000, Tick = 15_000;
    private static readonly VmId Vm = new(new Guid(7, 0, 0, new byte[8]));

    private readonly TwinWatch _watch = new([]);
    private long _now = Start;

    [Fact]
    public void Observe_RunsOnTwoHosts_IsToldOnceAfterAMinuteUntilItRunsOnOne()
    {
        Assert.Empty(Pass(3, s => [Side(1, report: s), Side(2, report: s)]));
        PeerNews told = Assert.Single(Pass(2, s => [Side(1, report: s), Side(2, report: s)]));
        Assert.Equal((Host(1), HostEventKind.VmRunsTwice, "twin", "it runs on h1 and on h2"), (told.Host, told.Event.Kind, told.Event.VmName, told.Event.Evidence));
        Assert.Equal(Start + 60_000, told.Event.TimeUnixMs);
        Assert.Empty(Pass(480, s => [Side(1, report: s), Side(2, report: s)]));

        PeerNews over = Assert.Single(Pass(4, s => [Side(1, report: s), Side(2, VmState.ShutOff, report: s)]));
        Assert.Equal((Host(1), HostEventKind.VmRunsOnce, "it runs on one host at most"), (over.Host, over.Event.Kind, over.Event.Evidence));
    }

    [Fact]
    public void Observe_WordOfOneHostIsOld_IsNotTold() =>
        Assert.Empty(Pass(60, s => [Side(1, report: s), Side(2, report: 7)]));

    [Fact]
    public void Observe_ClockOfAHostIsWrong_IsToldAllTheSame() =>
        Assert.Single(Pass(10, s => [Side(1, report: s), Side(2, report: s - 86_400_000)]));

    [Fact]
    public void Observe_MigratesOnAndOn_IsNotTold()
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Empty(Pass(3, s => [Side(1, report: s), Side(2, report: s)]));
            Assert.Empty(Pass(3, s => [Side(2, report: s), Side(3, report: s)]));
        }
    }

    [Fact]
    public void Observe_OneHostGoesOutOfSight_StaysAndEndsWhenOnlyOneTellsOfIt()
    {
        Assert.Single(Pass(5, s => [Side(1, report: s), Side(2, report: s)]));
        Assert.Empty(Pass(100, s => [Side(1, report: s), Side(2, VmState.Unknown, report: 7)]));
        PeerNews over = Assert.Single(_watch.Observe(_now, []));
        Assert.Equal((HostEventKind.VmRunsOnce, "twin", "one host tells of it at most"), (over.Event.Kind, over.Event.VmName, over.Event.Evidence));
    }

    [Fact]
    public void Observe_OffWithAutostartElsewhere_IsToldAfterTenMinutes()
    {
        Assert.Empty(Pass(40, s => [Side(1, VmState.ShutOff, autostart: true), Side(2)]));
        PeerNews told = Assert.Single(Pass(1, s => [Side(1, VmState.ShutOff, autostart: true), Side(2)]));
        Assert.Equal((Host(1), HostEventKind.VmStartsTwice), (told.Host, told.Event.Kind));
        Assert.Equal("it is up on h2, and off on h1 with autostart: it starts there too when that host boots", told.Event.Evidence);
        Assert.Equal(HostEventKind.VmStartsOnce, Assert.Single(Pass(1, s => [Side(1, VmState.ShutOff, autostart: false), Side(2)])).Event.Kind);
    }

    [Theory]
    [InlineData(VmState.ShutOff, false)]
    [InlineData(VmState.ShutOff, null)]
    [InlineData(VmState.Unknown, true)]
    public void Observe_OffWithoutAutostartOrNotKnown_IsNotTold(VmState state, bool? autostart) =>
        Assert.Empty(Pass(100, s => [Side(1, state, autostart), Side(2)]));

    [Fact]
    public void Observe_WasToldBeforeARestart_IsOverOnceThatIsKnown()
    {
        Finding told = new(new(FindingKind.VmRunsTwice, new(ElementKind.Vm, Vm.ToString()), ""), "twin", Severity.Critical, Start, "") { HostId = Host(1).ToString() };
        TwinWatch watch = new([told, told with { Key = told.Key with { Kind = FindingKind.VmUnusual } }]);
        Assert.Empty(watch.Observe(Start, [new([Side(1, VmState.Unknown), Side(2, VmState.Unknown)])]));
        PeerNews over = Assert.Single(watch.Observe(Start + Tick, [new([Side(1), Side(2, VmState.ShutOff)])]));
        Assert.Equal((Host(1), HostEventKind.VmRunsOnce, "twin"), (over.Host, over.Event.Kind, over.Event.VmName));
    }

    [Fact]
    public void Observe_AnyPast_WhatIsUnknownBeginsAndEndsNothing() => Gen.Select(Gen.Enum<VmState>(), Gen.Enum<VmState>(), Gen.Bool, Gen.Int[1, 60]).Array[1, 40].Sample(steps =>
    {
        TwinWatch watch = new([]);
        long now = Start;
        HashSet<HostEventKind> holding = [];
        foreach ((VmState one, VmState other, bool autostart, int ticks) in steps)
        {
            for (int i = 0; i < ticks; i++, now += Tick)
            {
                TwinLook look = new([Side(1, one, report: now), Side(2, other, autostart, now)]);
                foreach (PeerNews told in watch.Observe(now, [look]))
                {
                    bool? holds = told.Event.Kind is HostEventKind.VmRunsTwice or HostEventKind.VmRunsOnce ? look.RunsTwice : look.StartsTwice;
                    bool begins = told.Event.Kind is HostEventKind.VmRunsTwice or HostEventKind.VmStartsTwice;
                    Assert.Equal(begins, holds);
                    if (begins)
                    {
                        Assert.True(holding.Add(told.Event.Kind));
                    }
                    else
                    {
                        Assert.True(holding.Remove(told.Event.Kind - 1));
                    }
                }
            }
        }
    });

    [Fact]
    public void AllOf_Fleet_HasThoseThatSeveralHostsTellOfByName()
    {
        TwinSide other = Side(1) with { Vm = new(new Guid(8, 0, 0, new byte[8])) };
        TwinLook twin = Assert.Single(TwinLook.AllOf([Side(2), other, Side(3, VmState.MigratedAway), other with { Host = Host(2), State = VmState.Gone }, Side(1, VmState.Unknown)]));
        Assert.Equal([Side(1, VmState.Unknown), Side(2)], twin.Sides);
    }

    private static HostId Host(int number) => new(new Guid(number, 1, 0, new byte[8]));

    private static TwinSide Side(int host, VmState state = VmState.Running, bool? autostart = false, long report = 0) => new(Vm, "twin", Host(host), $"h{host}", state, autostart, report);

    /// <summary>Looks so many times, 15 s after each other; a report is as old as the look.</summary>
    private List<PeerNews> Pass(int ticks, Func<long, TwinSide[]> sides)
    {
        List<PeerNews> news = [];
        for (int i = 0; i < ticks; i++, _now += Tick)
        {
            news.AddRange(_watch.Observe(_now, [new([.. sides(_now)])]));
        }

        return news;
    }
}
