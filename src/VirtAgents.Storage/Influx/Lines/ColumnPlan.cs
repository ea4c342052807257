using System.Text;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>How the columns of a table become fields.</summary>
internal sealed class ColumnPlan
{
    private readonly MetricId[] _metrics;

    public ColumnPlan(ReadOnlySpan<MetricId> metrics)
    {
        _metrics = [.. metrics];
        MetricField[] fields = [.. _metrics.Select(MetricField.Of)];
        Columns = [.. fields.Select(f => new Column(Encoding.ASCII.GetBytes(f.Name + "="), f.Decimals, f.Unsigned))];
        Epochs = [.. fields.Select(f => f.EpochName).Distinct().Order(StringComparer.Ordinal).Select(e => Encoding.ASCII.GetBytes($",{e}="))];
        MaxLength = Columns.Sum(c => c.Start.Length + 1 + FixedPoint.MaxLength) + Epochs.Sum(e => e.Length + FixedPoint.MaxLength);
    }

    public Column[] Columns { get; }

    /// <summary>Starts of the fields that tell the epoch.</summary>
    public byte[][] Epochs { get; }

    /// <summary>Most bytes that the fields of one line take.</summary>
    public int MaxLength { get; }

    public bool IsFor(ReadOnlySpan<MetricId> metrics) => metrics.SequenceEqual(_metrics);

    /// <summary>One column.</summary>
    /// <param name="Start">Name and equals sign.</param>
    /// <param name="Decimals">Digits behind the decimal point.</param>
    /// <param name="Unsigned">Whether raw values are unsigned.</param>
    internal readonly record struct Column(byte[] Start, int Decimals, bool Unsigned);
}
