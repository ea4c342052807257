namespace VirtAgents.Cli.Backtests;

/// <summary>What a backtest went through.</summary>
internal sealed class BacktestTotals
{
    public int Files { get; set; }

    /// <summary>Files that are no series.</summary>
    public int Skipped { get; set; }

    /// <summary>Files with something that cannot be read.</summary>
    public int Failed { get; set; }

    public long Rows { get; set; }

    /// <summary>Rows times signals.</summary>
    public long Points { get; set; }

    public long Alarms { get; set; }

    public TimeSpan Took { get; set; }

    /// <summary>Reading and writing included; unknown where no time has passed.</summary>
    public double? PointsPerSecond => Took > TimeSpan.Zero ? Math.Round(Points / Took.TotalSeconds) : null;
}
