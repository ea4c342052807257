using CsCheck;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using static VirtAgents.Collector.Tests.Directives.LedgerUnderTest;

namespace VirtAgents.Collector.Tests.Directives;

public sealed class DirectiveLedgerTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public Task AnyOrderOfNewsAndRestarts_ItEndsOnceAndTheStepsStay() => Gen.Select(Gen.Int[0, 6], Gen.Enum<DirectiveState>(), Gen.Int[0, 600]).Array[1, 25].SampleAsync(
        async acts =>
        {
            await using LedgerUnderTest ledger = await OpenAsync();
            Guid id = await ledger.RecordAsync();
            (DirectiveState State, int Ordinal)[] before = [];
            foreach ((int act, DirectiveState state, int seconds) in acts)
            {
                ledger.Clock.Advance(TimeSpan.FromSeconds(seconds));
                await DoAsync(ledger, act, id, state);
                DirectiveRow row = await ledger.FindAsync(id);
                (DirectiveState State, int Ordinal)[] steps = [.. row.Steps.Select(s => (s.State, s.Ordinal))];
                Assert.Equal(before, steps.Take(before.Length));
                Assert.All(steps.Zip(steps.Skip(1)), p => Assert.True(p.First.State == p.Second.State || DirectiveLife.MayFollow(p.First.State, p.Second.State)));
                Assert.Equal((steps[^1].State, !DirectiveLife.IsEnded(row.State)), (row.State, row.IsOpen));
                before = steps;
            }
        },
        iter: 40, threads: 1);

    [Theory]
    [InlineData(DirectiveKind.Suspend, 60)]
    [InlineData(DirectiveKind.Shutdown, 3_000)]
    [InlineData(DirectiveKind.Migrate, 60)]
    public async Task ExpireAsync_SentAndNobodyTells_FailsWhenNoEndCanComeAnyMore(DirectiveKind kind, int allowedSeconds)
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        Guid id = kind switch
        {
            DirectiveKind.Shutdown => await ledger.RecordAsync(kind, ("grace_seconds", "3000")),
            DirectiveKind.Migrate => await ledger.RecordAsync(kind, ("destination", "b"), ("timeout_seconds", "60")),
            _ => await ledger.RecordAsync(kind),
        };
        Assert.NotNull(await ledger.Ledger.SendingAsync(id, 1, Cancel));
        ledger.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(allowedSeconds) + DirectiveLedger.OutcomeGrace - Moment);
        Assert.Equal(0, await ledger.Ledger.ExpireAsync(Cancel));

        await ledger.ReopenAsync();
        ledger.Clock.Advance(Moment);
        Assert.Equal(1, await ledger.Ledger.ExpireAsync(Cancel));
        DirectiveRow failed = await ledger.FindAsync(id);
        Assert.Equal((DirectiveState.Failed, "outcome not known: the agent has not been heard of it since it was sent"), (failed.State, failed.Detail));
        Assert.Equal(NewsEffect.Late, await ledger.TellAsync(id, DirectiveState.Done, "it was"));
        Assert.Equal(DirectiveState.Failed, (await ledger.FindAsync(id)).State);
    }

    [Fact]
    public async Task SendingAsync_DeadlinePassedEpochMissingOrEnded_GivesNothing()
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        Guid late = await ledger.RecordAsync(), ended = await ledger.RecordAsync();
        Assert.Null(await ledger.Ledger.SendingAsync(late, epoch: 0, Cancel));
        await ledger.TellAsync(ended, DirectiveState.Refused);
        Assert.Null(await ledger.Ledger.SendingAsync(ended, 1, Cancel));
        Assert.Null(await ledger.Ledger.SendingAsync(Guid.NewGuid(), 1, Cancel));
        ledger.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await ledger.Ledger.SendingAsync(late, 1, Cancel));
        Assert.Equal(1, await ledger.Ledger.ExpireAsync(Cancel));
        Assert.Equal(DirectiveState.Expired, (await ledger.FindAsync(late)).State);
    }

    [Fact]
    public async Task SendingAsync_AcceptedBefore_IsSentInTheNewEpochWithoutAStep()
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        Guid id = await ledger.RecordAsync(DirectiveKind.SetCpuShare, ("share", "512"));
        DirectiveOrder? first = await ledger.Ledger.SendingAsync(id, 1, Cancel);
        Assert.Equal((1L, "512", "why"), (first!.Epoch, first.Text("share"), first.Reason));
        await ledger.TellAsync(id, DirectiveState.Accepted);
        ledger.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(first with { Epoch = 2 }, await ledger.Ledger.SendingAsync(id, 2, Cancel));
        Assert.Equal([DirectiveState.Proposed, DirectiveState.Sent, DirectiveState.Accepted], (await ledger.FindAsync(id)).Steps.Select(s => s.State));
    }

    [Fact]
    public async Task TakeAsync_OfAnotherHost_IsUnknown()
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        Guid id = await ledger.RecordAsync();
        DirectiveNews news = new(id, DirectiveState.Done, RefusalReason.None, "", default, 0);
        Assert.Equal((NewsEffect.Unknown, null), await ledger.Ledger.TakeAsync(new HostId(Guid.NewGuid()), news, Cancel));
        Assert.Equal(DirectiveState.Proposed, (await ledger.FindAsync(id)).State);
    }

    [Fact]
    public async Task RecordAsync_MoreThanAHostMayHave_IsRefusedUntilOneEnds()
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        Guid first = await ledger.RecordAsync();
        await ledger.FillAsync(DirectiveLedger.MostOpen - 1);

        Assert.Equal(RecordingResult.TooMany, (await ledger.Ledger.RecordAsync(Draft(DirectiveKind.Suspend), Cancel)).Result);
        await ledger.TellAsync(first, DirectiveState.Refused);
        await ledger.RecordAsync();
        Assert.Equal(DirectiveLedger.MostOpen, (await ledger.Reader.OpenAsync(Host.Id, Cancel)).Count);
    }

    [Fact]
    public async Task Feed_WatcherDoesNotRead_IsCutAndTold()
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        DirectiveChange change = new(1, new());
        IAsyncEnumerable<DirectiveChange> watcher = ledger.Feed.Subscribe(Cancel);
        ledger.Feed.Publish([.. Enumerable.Repeat(change, DirectiveFeed.QueueLength)]);
        Assert.Equal(1, ledger.Feed.Watchers);
        ledger.Feed.Publish([change]);
        Assert.Equal(0, ledger.Feed.Watchers);
        await Assert.ThrowsAsync<FeedOverflowException>(async () =>
        {
            await foreach (DirectiveChange _ in watcher)
            {
            }
        });
    }

    private static async Task DoAsync(LedgerUnderTest ledger, int act, Guid id, DirectiveState state)
    {
        switch (act)
        {
            case 0:
                await ledger.ReopenAsync();
                break;
            case 1:
                await ledger.Ledger.ExpireAsync(Cancel);
                break;
            case 2:
                await ledger.Ledger.CancelAsync(id, "no", "ann", Cancel);
                break;
            case 3:
                await ledger.Ledger.SendingAsync(id, 1, Cancel);
                break;
            default:
                await ledger.TellAsync(id, state);
                break;
        }
    }
}
