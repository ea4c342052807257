using System.Net;
using VirtAgents.Collector.Witnesses;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Witnesses;

public sealed class WitnessBookTests
{
    private static readonly HostId Host = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly HostVerdict Doubt = new(HostStanding.Unproven, false, ""), Unseen = new(HostStanding.Unproven, true, "");
    private readonly WitnessBook _book = new();

    public WitnessBookTests() => _book.Opened("s1", Host, "a", new(IPAddress.Loopback, 1));

    [Fact]
    public void Absent_OfAStreamThatAnotherReplaced_IsNothing()
    {
        _book.Opened("s2", Host, "a", null);
        _book.Absent("s1", Host, 0);
        Assert.Empty(_book.Take(1_000, 8));
        Assert.Null(_book.Find(Host).Place);
    }

    [Fact]
    public void Take_WhatIsDue_IsTakenOnceUntilItsRoundEnds()
    {
        _book.Absent("s1", Host, 1_000);
        Assert.Empty(_book.Take(999, 8));
        Absence absence = Assert.Single(_book.Take(1_000, 8));
        Assert.Empty(_book.Take(9_000, 8));
        absence.Take(Doubt, 2_000, 500);
        Assert.Empty(_book.Take(2_499, 8));
        Assert.Equal(1, Assert.Single(_book.Take(2_500, 8)).Round);
    }

    [Fact]
    public void Take_RoundsWithoutAVerdict_RestLongerAndLonger()
    {
        _book.Absent("s1", Host, 0);
        Absence absence = Assert.Single(_book.Take(0, 8));
        long[] dues = [.. Enumerable.Range(0, 6).Select(_ => { absence.Take(Doubt, 0, 500); return absence.DueMs; })];
        Assert.Equal([500, 1_000, 1_500, 2_000, 2_000, 2_000], dues);
    }

    [Fact]
    public void Take_HeartbeatMayMoveYet_IsAskedAgainSoon()
    {
        _book.Absent("s1", Host, 0);
        Absence absence = Assert.Single(_book.Take(0, 8));
        absence.Heartbeat = absence.Heartbeat.Observe(7, 0);
        absence.Take(Doubt, 1_000, 15_000);
        Assert.Equal(11_000, absence.DueMs);
    }

    [Fact]
    public void Take_NobodySawTheHost_IsAskedAgainAtOnceAndNotNewsYet()
    {
        _book.Absent("s1", Host, 0);
        Absence absence = Assert.Single(_book.Take(0, 8));
        Assert.False(absence.Take(Unseen, 700, 500));
        Assert.Equal(700, absence.DueMs);
        Assert.True(absence.Take(new(HostStanding.Lost, true, ""), 800, 500));
    }

    [Fact]
    public void Settled_HostIsHeardAgain_EndsTheAbsence()
    {
        _book.Absent("s1", Host, 0);
        Absence absence = Assert.Single(_book.Take(0, 8));
        Assert.True(_book.Holds(absence));
        _book.Settled("s1", Host);
        _book.Absent("s1", Host, 0);
        Assert.False(_book.Holds(absence));
    }

    [Fact]
    public void Absent_SuspectedAfterItsStreamBroke_IsAskedAfterEarlier()
    {
        _book.Absent("s1", Host, 5_000);
        _book.Absent("s1", Host, 1_000);
        Assert.Single(_book.Take(1_000, 8));
    }

    [Theory]
    [InlineData(null, "::ffff:10.0.0.7", "10.0.0.7:7447")]
    [InlineData("10.0.0.8", "10.0.0.7", "10.0.0.8:7447")]
    [InlineData(null, null, null)]
    public void Seen_TellsWhereOthersLook(string? told, string? peer, string? expected) =>
        Assert.Equal(expected, new WitnessPlace(told is null ? null : IPAddress.Parse(told), 7447).Seen(peer is null ? null : IPAddress.Parse(peer))?.ToString());
}
