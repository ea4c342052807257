using CsCheck;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Collector.Tests.Directives;

public sealed class DirectiveLifelineTests
{
    private static readonly Gen<(int Act, DirectiveState State, int Milliseconds)> Acts =
        Gen.Select(Gen.Int[0, 2], Gen.Enum<DirectiveState>(), Gen.Int[0, 2_000]);

    [Fact]
    public void AnyOrderOfNews_StatesFollowTheLife_AndItEndsOnce() => Acts.Array[0, 150].Sample(acts =>
    {
        DirectiveRow row = New();
        DirectiveState end = DirectiveState.None;
        long now = 0;
        foreach ((int act, DirectiveState state, int milliseconds) in acts)
        {
            now += milliseconds;
            (DirectiveState before, long revision, int steps) = (row.State, row.Revision, row.Steps.Count);
            Do(row, act, state, now);

            Assert.True(row.State == before || DirectiveLife.MayFollow(before, row.State), $"{before} -> {row.State}");
            Assert.Equal(DirectiveLife.IsEnded(row.State), !row.IsOpen);
            Assert.True(row.Revision > revision || (row.State == before && row.Steps.Count == steps));
            Assert.True(row.State == before || row.Steps[^1].State == row.State);
            Assert.True(end == DirectiveState.None || row.State == end);
            end = row.IsOpen ? DirectiveState.None : row.State;
        }

        Assert.Equal(Enumerable.Range(1, row.Steps.Count), row.Steps.Select(s => s.Ordinal));
        Assert.InRange(row.Steps.Count, 0, DirectiveLifeline.MostRepeats + Enum.GetValues<DirectiveState>().Length);
        Assert.True(row.Steps.Select(s => s.State).Where(s => s != DirectiveState.Sent).Distinct().Where(DirectiveLife.IsEnded).Count() <= 1);
    });

    [Fact]
    public void Take_AfterTheEnd_IsARemarkWhenItDiffers()
    {
        DirectiveRow row = New();
        Assert.Equal(NewsEffect.Recorded, Take(row, DirectiveState.Failed, "gone"));
        Assert.Equal(NewsEffect.Stale, Take(row, DirectiveState.Failed, "gone"));
        Assert.Equal(NewsEffect.Stale, Take(row, DirectiveState.Running, ""));
        Assert.Equal(NewsEffect.Late, Take(row, DirectiveState.Done, "seen running"));

        Assert.Equal((DirectiveState.Failed, "gone"), (row.State, row.Detail));
        Assert.Equal((DirectiveState.Failed, "told after the end: done: seen running"), (row.Steps[^1].State, row.Steps[^1].Detail));
    }

    [Fact]
    public void Take_Progress_ChangesTheRecordAndIsNotTakenTooOften()
    {
        DirectiveRow row = New();
        Assert.Equal(NewsEffect.Recorded, Take(row, DirectiveState.Running, "1", 10, now: 1_000));
        Assert.Equal(NewsEffect.TooSoon, Take(row, DirectiveState.Running, "2", 20, now: 1_499));
        Assert.Equal(NewsEffect.Recorded, Take(row, DirectiveState.Running, "3", 30, now: 1_500));
        Assert.Equal(NewsEffect.Recorded, Take(row, DirectiveState.Done, "4", 100, now: 1_501));

        Assert.Equal([DirectiveState.Accepted, DirectiveState.Running, DirectiveState.Done], row.Steps.Select(s => s.State));
        Assert.Equal((100, "4"), (row.ProgressPercent, row.Detail));
    }

    [Fact]
    public void Take_Figures_AreKeptAndWhatComesLaterDoesNotTakeThemAway()
    {
        DirectiveRow row = New();
        DirectiveNews done = new(row.Id, DirectiveState.Done, RefusalReason.None, "there", default, 0) { Figures = new(12, 1 << 30) };
        Assert.Equal(NewsEffect.Recorded, DirectiveLifeline.Take(row, done, 1));
        Assert.Equal(NewsEffect.Stale, Take(row, DirectiveState.Done, "there", now: 2));
        Assert.Equal(NewsEffect.Late, Take(row, DirectiveState.Failed, "not there", now: 3));
        Assert.Equal((12, 1L << 30), (row.DowntimeMs, row.SentBytes));
    }

    [Fact]
    public void Read_FiguresOfAMigration_AreUnknownUnlessTold()
    {
        DirectiveUpdate message = new() { DirectiveId = WireGuid.ToWire(Guid.NewGuid()), State = Protocol.V1.DirectiveState.Done };
        Assert.Equal(default, DirectiveNews.Read(message).Figures);
        (message.DowntimeMilliseconds, message.SentBytes) = (0, 5);
        Assert.Equal(new MigrationFigures(0, 5), DirectiveNews.Read(message).Figures);
        message.SentBytes = ulong.MaxValue;
        StreamRefusal refused = Assert.Throws<StreamRefusal>(() => DirectiveNews.Read(message));
        Assert.Contains("downtime_milliseconds or sent_bytes is out of range", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DirectiveState.Running, false, true)]
    [InlineData(DirectiveState.Done, false, true)]
    [InlineData(DirectiveState.Failed, false, true)]
    [InlineData(DirectiveState.Done, true, false)]
    [InlineData(DirectiveState.Refused, false, false)]
    [InlineData(DirectiveState.Expired, false, false)]
    [InlineData(DirectiveState.Cancelled, false, false)]
    public void Take_WhatOnlyAnAcceptedOneCanBe_RecordsThatItWasAccepted(DirectiveState told, bool isDryRun, bool isAccepted)
    {
        DirectiveRow row = New();
        row.IsDryRun = isDryRun;
        Assert.Equal(NewsEffect.Recorded, Take(row, told, ""));
        Assert.Equal(isAccepted ? [DirectiveState.Accepted, told] : [told], row.Steps.Select(s => s.State));
    }

    private static DirectiveRow New() => new() { HostName = "h", State = DirectiveState.None, IsOpen = true };

    private static NewsEffect Take(DirectiveRow row, DirectiveState state, string detail, int percent = 0, long now = 0) =>
        DirectiveLifeline.Take(row, new(row.Id, state, RefusalReason.None, detail, new(percent, 0, 0), 0), now);

    private static void Do(DirectiveRow row, int act, DirectiveState state, long now)
    {
        switch (act)
        {
            case 0:
                _ = Take(row, state, "told", now: now);
                break;
            case 1:
                _ = DirectiveLifeline.TryStep(row, state, DirectiveLifeline.Collector, "", now);
                break;
            default:
                DirectiveLifeline.Remark(row, "ann", "hm", now);
                break;
        }
    }
}
