using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Protocol;

/// <summary>Turns the reports of one stream back into ticks. Trusts nothing in them. Not thread-safe.</summary>
/// <remarks>After a report that could not be decoded the stream is of no further use: later differences have no base.</remarks>
/// <param name="limits">What one table may hold.</param>
public sealed class ReportDecoder(ProtocolLimits limits)
{
    private readonly Dictionary<(SubjectKind, SampleTier), TableState> _states = [];

    /// <summary>Decodes a report into a sample set, which is reset first.</summary>
    /// <param name="report">The report.</param>
    /// <param name="target">Receives the tick; incomplete when the result is false.</param>
    /// <param name="problem">What is wrong with the report, or null.</param>
    public bool TryDecode(Report report, SampleSet target, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(target);
        problem = ProblemOfHeader(report);
        if (problem is not null)
        {
            return false;
        }

        target.Reset();
        target.TimeUnixMs = report.TimeUnixMs;
        target.Tier = (SampleTier)report.Tier;
        target.InventoryVersion = (long)report.InventoryVersion;
        target.DurationMicroseconds = (long)report.DurationUs;
        foreach (Table table in report.Tables)
        {
            problem = DecodeTable(table, report.Keyframe, target);
            if (problem is not null)
            {
                problem = $"report {report.Sequence}: {problem}";
                return false;
            }
        }

        return true;
    }

    private static string? ProblemOfHeader(Report report)
    {
        if (report.Sequence is 0 or > long.MaxValue)
        {
            return $"report sequence {report.Sequence} is out of range (1 to {long.MaxValue})";
        }

        if (report.Tier is not (V1.SampleTier.Fast or V1.SampleTier.Slow))
        {
            return $"report {report.Sequence}: tier {(int)report.Tier} is unknown (1 fast, 2 slow)";
        }

        return report.InventoryVersion > long.MaxValue || report.DurationUs > long.MaxValue
            ? $"report {report.Sequence}: inventory_version or duration_us is out of range (0 to {long.MaxValue})"
            : null;
    }

    private string? DecodeTable(Table message, bool keyframe, SampleSet target)
    {
        var kind = (SubjectKind)message.Kind;
        if (kind is < SubjectKind.Host or > SubjectKind.Volume)
        {
            return $"subject kind {(int)kind} is unknown (1 to {(int)SubjectKind.Volume})";
        }

        if (target.Find(kind) is not null)
        {
            return $"two tables of kind {kind}";
        }

        ref TableState? state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, (kind, target.Tier), out _);
        state ??= new TableState();
        string? problem = message.SelfContained ? ReadLayout(message, kind, state) : ProblemOfIncrement(message, kind, state, keyframe);
        return problem ?? ReadValues(message, kind, state, target);
    }

    private string? ReadLayout(Table message, SubjectKind kind, TableState state)
    {
        int rows = message.Subjects.Count, columns = message.Metrics.Count;
        if (rows > limits.Rows || columns > limits.Columns || (long)rows * columns > limits.Cells)
        {
            return $"{kind} table of {rows} rows and {columns} columns is too large "
                + $"(at most {limits.Rows} rows, {limits.Columns} columns, {limits.Cells} cells)";
        }

        state.Begin(rows, columns);
        for (int row = 0; row < rows; row++)
        {
            if (message.Subjects[row] > (uint)limits.HighestIndex)
            {
                return $"{kind} index {message.Subjects[row]} is out of range (0 to {limits.HighestIndex})";
            }

            state.SetSubject(row, (int)message.Subjects[row]);
        }

        for (int column = 0; column < columns; column++)
        {
            if (message.Metrics[column] is 0 or > ushort.MaxValue)
            {
                return $"metric number {message.Metrics[column]} is out of range (1 to {ushort.MaxValue})";
            }

            state.SetMetric(column, new MetricId((ushort)message.Metrics[column]));
        }

        return null;
    }

    private static string? ProblemOfIncrement(Table message, SubjectKind kind, TableState state, bool keyframe)
    {
        if (keyframe)
        {
            return $"{kind} table of a keyframe is not self-contained";
        }

        if (!state.Exists)
        {
            return $"{kind} table is incremental, but no {kind} table of this tier came before";
        }

        return message.Subjects.Count + message.Metrics.Count > 0 ? $"incremental {kind} table lists subjects or metrics" : null;
    }

    private static string? ReadValues(Table message, SubjectKind kind, TableState state, SampleSet target)
    {
        ReadOnlySpan<byte> values = message.Values.Span, presence = message.Presence.Span;
        Span<long> last = state.Last;
        int present = CountPresent(presence, last.Length);
        if (present < 0 || values.Length < present || values.Length > (long)present * ZigZag.MaxBytes)
        {
            return $"{kind} table has {last.Length} cells, which do not fit {presence.Length} bytes of presence and {values.Length} bytes of values";
        }

        SampleTable table = target.Add(kind, state.Metrics);
        foreach (int subject in state.Subjects)
        {
            table.AddRow(subject);
        }

        int rows = state.Subjects.Length, cell = 0, at = 0;
        for (int column = 0; column < state.Metrics.Length; column++)
        {
            for (int row = 0; row < rows; row++, cell++)
            {
                if (presence.Length != 0 && (presence[cell >> 3] & (1 << (cell & 7))) == 0)
                {
                    continue;
                }

                int length = ZigZag.Read(values[at..], out long difference);
                if (length == 0)
                {
                    return $"{kind} table: the values end or break at byte {at} of {values.Length}, cell {cell} of {last.Length}";
                }

                at += length;
                last[cell] = unchecked(last[cell] + difference);
                table.Set(row, column, last[cell]);
            }
        }

        return at == values.Length ? null : $"{kind} table has {values.Length - at} bytes after its last value";
    }

    /// <summary>Number of present cells; -1 when the bitmap does not fit the cells.</summary>
    private static int CountPresent(ReadOnlySpan<byte> presence, int cells)
    {
        if (presence.Length == 0)
        {
            return cells;
        }

        if (presence.Length != (cells + 7) / 8 || ((cells & 7) != 0 && presence[^1] >> (cells & 7) != 0))
        {
            return -1;
        }

        int count = 0;
        foreach (byte part in presence)
        {
            count += BitOperations.PopCount(part);
        }

        return count;
    }
}
