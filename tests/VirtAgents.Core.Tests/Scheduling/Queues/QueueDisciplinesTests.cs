using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Core.Tests.Scheduling.Queues;

public sealed class QueueDisciplinesTests
{
    private static readonly QueuedRequest Request = new(1, 40, new(2), 20, Priority: 3);

    [Theory]
    [InlineData("fcfs", 40)]
    [InlineData("sjf", 20)]
    [InlineData("priority", -3)]
    [InlineData("aging", 20 - (0.5 * 60))]
    [InlineData("hrrn", -4)]
    public void Rank_WaitedForAMinute_IsByHand(string name, double rank) => Assert.Equal(rank, QueueDisciplines.Named(name, agingFactor: 0.5)!.Rank(Request, 100));

    [Fact]
    public void Rank_UnknownPriority_IsAfterTheLowest() => Assert.True(
        new HighestPriority().Rank(Request with { Priority = null }, 0) > new HighestPriority().Rank(Request with { Priority = int.MinValue }, 0));

    [Fact]
    public void Named_EveryName_HasThatName() => Assert.Equal(QueueDisciplines.Names, QueueDisciplines.Names.Select(name => QueueDisciplines.Named(name)!.Name));

    [Fact]
    public void Named_UnknownName_IsNull() => Assert.Null(QueueDisciplines.Named("lottery"));
}
