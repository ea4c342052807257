using VirtAgents.Collector.Ingest;

namespace VirtAgents.Collector.Tests.Ingest;

public sealed class ByteBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeAsync_NoRoom_WaitsInOrderUntilReleased()
    {
        ByteBudget budget = new(100);
        await budget.TakeAsync(80, Cancel);
        Task first = budget.TakeAsync(50, Cancel).AsTask(), second = budget.TakeAsync(10, Cancel).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        budget.Release(80);
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(60, budget.Used);
    }

    [Fact]
    public async Task TakeAsync_Cancelled_GivesItsPlaceAway()
    {
        ByteBudget budget = new(100);
        await budget.TakeAsync(80, Cancel);
        using CancellationTokenSource impatience = new();
        Task first = budget.TakeAsync(50, impatience.Token).AsTask(), second = budget.TakeAsync(20, Cancel).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(100, budget.Used);
    }

    [Fact]
    public async Task TakeAsync_LargerThanAll_PassesAlone()
    {
        ByteBudget budget = new(100);
        await budget.TakeAsync(1_000, Cancel);
        Task next = budget.TakeAsync(1, Cancel).AsTask();
        Assert.False(next.IsCompleted);
        budget.Release(1_000);
        await next.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }
}
