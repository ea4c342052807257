using System.Buffers.Text;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>
/// Writes reports as line protocol: a line for each row that has a value, a field for each value. A null is left out, since a
/// zero would be a reading that nobody took. Nothing is allocated for a value or a line.
/// </summary>
/// <remarks>For one thread at a time.</remarks>
internal sealed class LineEncoder
{
    private const int PlansKept = 64;
    private readonly Dictionary<HostId, LineStarts> _starts = [];
    private readonly Dictionary<SubjectKind, List<ColumnPlan>> _plans = [];

    /// <summary>Earliest and latest time that InfluxDB can hold, which counts nanoseconds in 64 bits; milliseconds since 1970 UTC.</summary>
    public const long FirstTimeMs = -9_223_372_036_854;

    /// <inheritdoc cref="FirstTimeMs"/>
    public const long LastTimeMs = 9_223_372_036_854;

    /// <summary>What keeps a report from being written at all; null when nothing does.</summary>
    public static string? ProblemOf(ReportRecord report) => report.Samples.TimeUnixMs is < FirstTimeMs or > LastTimeMs
        ? $"time {report.Samples.TimeUnixMs} is out of range, InfluxDB can hold {FirstTimeMs} to {LastTimeMs} milliseconds since 1970"
        : null;

    /// <summary>Number of a start of an agent, by which counters are told apart; the same one whenever it is written again.</summary>
    public static int EpochOf(HostId host, BootId boot)
    {
        Span<byte> bytes = stackalloc byte[32];
        host.Value.TryWriteBytes(bytes);
        boot.Value.TryWriteBytes(bytes[16..]);
        uint hash = 2_166_136_261;
        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 16_777_619;
        }

        return (int)(hash & int.MaxValue);
    }

    /// <summary>The way to write one report row by row.</summary>
    public Rows Begin(ReportRecord report, HostNames names)
    {
        if (!_starts.TryGetValue(report.Host, out LineStarts? starts) || !starts.IsFor(names, report.Subjects))
        {
            starts = new LineStarts(names, report.Host, report.Subjects);
            _starts[report.Host] = starts;
        }

        return new Rows(this, report, starts);
    }

    private ColumnPlan PlanOf(SampleTable table)
    {
        if (!_plans.TryGetValue(table.Kind, out List<ColumnPlan>? plans))
        {
            _plans.Add(table.Kind, plans = []);
        }

        foreach (ColumnPlan plan in plans)
        {
            if (plan.IsFor(table.Metrics))
            {
                return plan;
            }
        }

        // Agents have few shapes of tables; one that invents new ones must not fill memory.
        if (plans.Count == PlansKept)
        {
            plans.Clear();
        }

        plans.Add(new ColumnPlan(table.Metrics));
        return plans[^1];
    }

    /// <summary>Where the writing of one report stands.</summary>
    internal struct Rows(LineEncoder encoder, ReportRecord report, LineStarts starts)
    {
        private readonly int _epoch = EpochOf(report.Host, report.Boot);
        private int _table;
        private int _row;

        /// <summary>Writes rows until the buffer holds so many lines; false when the report has no more.</summary>
        public bool Fill(LineBuffer buffer, int lines)
        {
            for (; _table < report.Samples.TableCount; _table++, _row = 0)
            {
                SampleTable table = report.Samples[_table];
                ColumnPlan plan = encoder.PlanOf(table);
                for (; _row < table.RowCount; _row++)
                {
                    if (buffer.Lines >= lines)
                    {
                        return true;
                    }

                    WriteRow(buffer, table, plan);
                }
            }

            return false;
        }

        private readonly void WriteRow(LineBuffer buffer, SampleTable table, ColumnPlan plan)
        {
            ReadOnlySpan<byte> start = starts.Of(table.Kind, table.Subjects[_row]);
            Span<byte> line = buffer.Reserve(start.Length + plan.MaxLength + FixedPoint.MaxLength + 2);
            int empty = start.Length;
            int at = empty;
            for (int i = 0; i < plan.Columns.Length; i++)
            {
                if (table.TryGet(_row, i, out long raw))
                {
                    ref readonly ColumnPlan.Column column = ref plan.Columns[i];
                    if (at != empty)
                    {
                        line[at++] = (byte)',';
                    }

                    column.Start.CopyTo(line[at..]);
                    at += column.Start.Length;
                    at += FixedPoint.Write(line[at..], raw, column.Decimals, column.Unsigned);
                }
            }

            if (at == empty)
            {
                return;
            }

            start.CopyTo(line);
            at = WriteEnd(line, at, plan);
            buffer.Add(at);
        }

        private readonly int WriteEnd(Span<byte> line, int at, ColumnPlan plan)
        {
            foreach (byte[] epoch in plan.Epochs)
            {
                epoch.CopyTo(line[at..]);
                at += epoch.Length;
                at += FixedPoint.Write(line[at..], _epoch, 0, isUnsigned: false);
            }

            line[at++] = (byte)' ';
            _ = Utf8Formatter.TryFormat(report.Samples.TimeUnixMs, line[at..], out int written);
            at += written;
            line[at++] = (byte)'\n';
            return at;
        }
    }
}
