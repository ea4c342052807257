using System.Globalization;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>The field that holds a metric: its name, and how raw values become numbers in the unit of the metric and back.</summary>
/// <param name="Name">Name of the field.</param>
/// <param name="Decimals">How many of the last digits of the raw value stand behind the decimal point.</param>
/// <param name="Unsigned">Whether the raw value is an unsigned number.</param>
/// <param name="Tier">Rhythm of the metric, which says which field tells its epoch.</param>
internal sealed record MetricField(string Name, int Decimals, bool Unsigned, SampleTier Tier)
{
    /// <summary>
    /// Which start of which agent a value comes from. Each rhythm has a field of its own, so that reading a metric of the slow
    /// rhythm does not meet the points of the fast one.
    /// </summary>
    public const string FastEpoch = "fast_epoch";

    /// <inheritdoc cref="FastEpoch"/>
    public const string SlowEpoch = "slow_epoch";

    /// <summary>Name of the field that tells the epoch of this one.</summary>
    public string EpochName => Tier == SampleTier.Fast ? FastEpoch : SlowEpoch;

    /// <summary>The field of a metric; one that this program does not know keeps its number.</summary>
    public static MetricField Of(MetricId metric) => MetricCatalogue.Find(metric) is MetricDefinition known
        ? new MetricField(known.Name, FixedPoint.DecimalsOf(known), known.Shape == MetricShape.Counter, known.Tier)
        : new MetricField(string.Create(CultureInfo.InvariantCulture, $"metric_{metric.Value}"), 0, false, SampleTier.Slow);

    /// <summary>The raw value of a number that was read.</summary>
    public long Raw(double value)
    {
        double raw = Math.Round(value * Power(Decimals));
        return Unsigned ? unchecked((long)(ulong)raw) : (long)raw;
    }

    /// <summary>Ten to a small power.</summary>
    public static double Power(int decimals) => decimals switch { 0 => 1, 3 => 1e3, 6 => 1e6, 9 => 1e9, _ => Math.Pow(10, decimals) };
}
