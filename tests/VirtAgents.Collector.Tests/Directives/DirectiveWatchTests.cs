using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.LedgerUnderTest;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;

namespace VirtAgents.Collector.Tests.Directives;

public sealed class DirectiveWatchTests
{
    [Fact]
    public async Task FollowAsync_MoreThanTheNewest_BeginsWithWhatIsOlderAndHasNotEnded()
    {
        await using LedgerUnderTest ledger = await OpenAsync();
        await ledger.FillAsync((2 * DirectiveWatch.MostAtFirst) + 300);
        Guid[] ids = [.. (await ledger.Reader.OpenAsync(LedgerUnderTest.Host.Id, Cancel)).Select(d => d.Id)];
        await ledger.TellAsync(ids[0], DirectiveState.Done);
        await ledger.TellAsync(ids[^1], DirectiveState.Done);

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(RunningCollector.Patience);
        DirectiveWatch watch = new(ledger.Reader, ledger.Feed, ledger.Clock);
        await using IAsyncEnumerator<DirectiveRecord> records = watch.FollowAsync(new(), () => Task.CompletedTask, patience.Token).GetAsyncEnumerator(patience.Token);
        List<string> begin = [];
        while (begin.Count < ids.Length - 1 && await records.MoveNextAsync())
        {
            begin.Add(records.Current.Id);
        }

        Assert.Equal(ids.Skip(1).Select(id => id.ToString()), begin);
        await ledger.TellAsync(ids[1], DirectiveState.Running, "begun");
        Assert.True(await records.MoveNextAsync());
        Assert.Equal((ids[1].ToString(), DirectiveStage.Running), (records.Current.Id, records.Current.State));
    }
}
