using CsCheck;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Patterns;

/// <summary>A tick each 15 s; the limit is two minutes, eight ticks.</summary>
public sealed class GuestWatchTests
{
    private const int LimitTicks = 8;
    private static readonly VmId Vm = new(new Guid(1, 1, 1, new byte[8]));

    private readonly GuestWatch _watch = new(TimeSpan.FromMinutes(2), new HashSet<VmId>());
    private long _tick = 1;
    private long _answers = 1_000;
    private long _work = 5;

    [Fact]
    public void Observe_NeitherAnswerNorWorkForTheLimit_IsToldOnceWithBothSigns()
    {
        Pass(20, answers: true, works: true);

        Assert.Empty(Pass(LimitTicks - 1));
        HostEvent told = Assert.Single(Pass(40));

        Assert.Equal((HostEventKind.VmGuestHung, Vm, "web"), (told.Kind, told.Vm, told.VmName));
        Assert.Equal(
            "its balloon driver, which answered every 15 s or sooner, has told nothing for 120 s, and it has used no disk and sent nothing for 120 s; it uses 100 % of its CPU", told.Evidence);
    }

    [Theory]
    [InlineData(true, false)] // idle
    [InlineData(false, true)] // its driver was unloaded
    public void Observe_OneOfBothSigns_IsLife(bool answers, bool works)
    {
        Pass(20, answers: true, works: true);
        Assert.Empty(Pass(100, answers, works));
    }

    [Fact]
    public void Observe_DriverThatHasHardlyAnswered_IsNotWaitedFor()
    {
        Pass(GuestWatch.LeastAnswers - 1, answers: true, works: true);
        Assert.Empty(Pass(100));
    }

    [Fact]
    public void Observe_DriverThatAnswersSeldom_IsWaitedForLonger()
    {
        for (int i = 0; i < 8; i++)
        {
            Pass(1, answers: true, works: true);
            Pass(3);
        }

        // It pauses for a minute, so that four of those are silence.
        Assert.Empty(Pass(12));
        Assert.Single(Pass(4));
    }

    [Fact]
    public void Observe_GuestThatBootsForLong_IsWaitedForByTheRhythmOfItsDriverAlone()
    {
        Pass(12, works: true);
        Pass(6, answers: true, works: true);

        Assert.Empty(Pass(LimitTicks - 1));
        Assert.StartsWith("its balloon driver, which answered every 15 s or sooner, ", Assert.Single(Pass(1)).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, "its balloon driver answers")]
    [InlineData(false, true, "it uses its disks or sends")]
    public void Observe_AnySignAfterIt_IsItsEnd(bool answers, bool works, string evidence)
    {
        Pass(20, answers: true, works: true);
        Pass(20);
        HostEvent over = Assert.Single(Pass(1, answers, works));
        Assert.Equal((HostEventKind.VmGuestAnswers, evidence), (over.Kind, over.Evidence));
        Assert.Single(Pass(40));
    }

    [Fact]
    public void Observe_VmEndsOrIsPaused_EndsItAndTheNextRunBeginsAnew()
    {
        Pass(20, answers: true, works: true);
        Pass(20);
        Assert.Equal("the VM does not run here any more", Assert.Single(Pass(1, state: VmState.ShutOff)).Evidence);
        Assert.Empty(Pass(1, state: VmState.ShutOff));
        Assert.Empty(Pass(100));
    }

    [Theory]
    [InlineData(VmState.Unknown)]
    [InlineData(VmState.Stuck)]
    public void Observe_StateIsNotKnown_NeitherBeginsNorEndsAnything(VmState state)
    {
        Pass(20, answers: true, works: true);
        Assert.Empty(Pass(100, state: state));
        Pass(1, answers: true, works: true);
        Assert.Single(Pass(20));
        Assert.Empty(Pass(100, state: state));
        Assert.Equal(HostEventKind.VmGuestAnswers, Assert.Single(Pass(1, answers: true)).Kind);
    }

    [Fact]
    public void Observe_SignsAreUnknownOrNothingIsHeard_IsNoSilence()
    {
        Pass(20, answers: true, works: true);
        for (int i = 0; i < 30; i++)
        {
            Assert.Empty(Pass(LimitTicks - 2));
            Assert.Empty(i % 2 == 0 ? Observe(new(null, _work)) : Observe(new(_answers, null)));
        }

        _tick += LimitTicks;
        Assert.Empty(Pass(LimitTicks - 2));
        Assert.Single(Pass(4));
    }

    [Fact]
    public void Observe_ClockIsSetBack_IsNoSilence()
    {
        Pass(200, answers: true, works: true);
        _tick -= 100;
        Assert.Empty(Pass(LimitTicks));
        Assert.Single(Pass(4));
    }

    [Fact]
    public void TellAgain_WhatStillHolds_IsToldWhenItHasHeldForTheLimit()
    {
        Pass(20, answers: true, works: true);
        Pass(20);
        _watch.TellAgain();
        Assert.Equal(HostEventKind.VmGuestHung, Assert.Single(Pass(1)).Kind);
        Assert.Empty(Pass(50));
    }

    [Fact]
    public void Observe_ToldBeforeTheCollectorStartedAnew_EndsWithTheFirstSignAndIsToldAgainWithoutOne()
    {
        GuestWatch silent = new(TimeSpan.FromMinutes(2), new HashSet<VmId> { Vm }), back = new(TimeSpan.FromMinutes(2), new HashSet<VmId> { Vm });
        HostEvent[] told = [.. Enumerable.Range(0, 40).SelectMany(i => silent.Observe(15_000 * i, [new(Vm, "web", VmState.Running, new(9, 9))], _ => null).ToArray())];
        Assert.Equal((HostEventKind.VmGuestHung, 120_000), (Assert.Single(told).Kind, told[0].TimeUnixMs));
        Assert.EndsWith("sent nothing for 120 s", told[0].Evidence, StringComparison.Ordinal);

        Assert.Empty(back.Observe(0, [new(Vm, "web", VmState.Running, new(9, 9))], _ => null));
        Assert.Equal(HostEventKind.VmGuestAnswers, Assert.Single(back.Observe(15_000, [new(Vm, "web", VmState.Running, new(10, 9))], _ => null)).Kind);
    }

    [Fact]
    public void Observe_AnyCourse_IsNeverToldWhileASignCameWithinTheLimit() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 19]).List[1, 400].Sample(course =>
    {
        GuestWatch watch = new(TimeSpan.FromMinutes(2), new HashSet<VmId>());
        (long answers, long work, long lastSign, bool isHung) = (1, 1, 0, false);
        foreach ((int at, (int answer, int worked, int unknown)) in course.Index())
        {
            long now = 15_000L * at;
            (answers, work) = (answers + (answer == 0 ? 1 : 0), work + (worked == 0 ? 1 : 0));
            lastSign = at == 0 || answer == 0 || worked == 0 ? now : lastSign;
            foreach (HostEvent told in watch.Observe(now, [new(Vm, "web", VmState.Running, unknown == 0 ? default : new(answers, work))], _ => null))
            {
                Assert.NotEqual(isHung, isHung = told.Kind == HostEventKind.VmGuestHung);
                Assert.True(!isHung || now - lastSign >= 120_000, $"told {now - lastSign} ms after a sign");
            }
        }
    });

    private HostEvent[] Pass(int ticks, bool answers = false, bool works = false, VmState state = VmState.Running) => [.. Enumerable.Range(0, ticks).SelectMany(_ =>
    {
        (_answers, _work) = (_answers + (answers ? 15 : 0), _work + (works ? 4_096 : 0));
        return Observe(new(_answers, _work), state);
    })];

    private HostEvent[] Observe(GuestSigns signs, VmState state = VmState.Running) => [.. _watch.Observe(15_000 * _tick++, [new(Vm, "web", state, signs)], _ => 100)];
}
