namespace VirtAgents.Benchmarks.Week;

/// <summary>Who decides what is moved.</summary>
internal interface IWeekBalancer
{
    /// <summary>Name in tables and pictures.</summary>
    string Name { get; }

    /// <summary>What became of plans, for people; empty = there are none.</summary>
    string Told { get; }

    /// <summary>Looks at the world, each five minutes and with news.</summary>
    /// <param name="world">The world.</param>
    /// <param name="isNews">Whether only a move has ended.</param>
    void Look(WeekWorld world, bool isNews);
}

/// <summary>Nobody.</summary>
internal sealed class IdleBalancer : IWeekBalancer
{
    public string Name => "nothing";

    public string Told => "";

    public void Look(WeekWorld world, bool isNews)
    {
    }
}
