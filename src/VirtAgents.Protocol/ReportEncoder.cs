using Google.Protobuf;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SampleTier = VirtAgents.Core.Model.SampleTier;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Protocol;

/// <summary>Turns ticks into reports for one stream. The first report of a stream must be a keyframe. Not thread-safe.</summary>
/// <remarks>
/// Values are sent as differences from the last present value of the same cell, column by column: neighbouring cells of a
/// counter grow alike and idle VMs cost one byte a cell. A table whose rows or columns changed is sent self-contained
/// even when the report is no keyframe. Nothing is allocated per value.
/// </remarks>
public sealed class ReportEncoder
{
    private readonly Dictionary<(SubjectKind, SampleTier), TableState> _states = [];
    private byte[] _values = new byte[4096];
    private byte[] _presence = new byte[128];

    /// <summary>Encodes a tick.</summary>
    /// <param name="samples">The tick; not kept.</param>
    /// <param name="sequence">Its sequence number, from 1.</param>
    /// <param name="keyframe">Whether every table is to be self-contained.</param>
    public Report Encode(SampleSet samples, long sequence, bool keyframe)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        var report = new Report
        {
            Sequence = (ulong)sequence,
            TimeUnixMs = samples.TimeUnixMs,
            Tier = (V1.SampleTier)samples.Tier,
            Keyframe = keyframe,
            InventoryVersion = (ulong)samples.InventoryVersion,
            DurationUs = (ulong)samples.DurationMicroseconds,
        };
        for (int i = 0; i < samples.TableCount; i++)
        {
            report.Tables.Add(EncodeTable(samples[i], samples.Tier, keyframe));
        }

        return report;
    }

    private Table EncodeTable(SampleTable table, SampleTier tier, bool keyframe)
    {
        if (!_states.TryGetValue((table.Kind, tier), out TableState? state))
        {
            _states[(table.Kind, tier)] = state = new TableState();
        }

        var message = new Table { Kind = (V1.SubjectKind)table.Kind };
        if (keyframe || !state.Fits(table))
        {
            WriteLayout(message, table, state);
        }

        WriteValues(message, table, state.Last);
        return message;
    }

    private static void WriteLayout(Table message, SampleTable table, TableState state)
    {
        state.Begin(table.RowCount, table.Metrics.Length);
        message.SelfContained = true;
        for (int row = 0; row < table.RowCount; row++)
        {
            state.SetSubject(row, table.Subjects[row]);
            message.Subjects.Add((uint)table.Subjects[row]);
        }

        for (int column = 0; column < table.Metrics.Length; column++)
        {
            state.SetMetric(column, table.Metrics[column]);
            message.Metrics.Add(table.Metrics[column].Value);
        }
    }

    private void WriteValues(Table message, SampleTable table, Span<long> last)
    {
        int presenceBytes = (last.Length + 7) / 8;
        Reserve(last.Length * ZigZag.MaxBytes, presenceBytes);
        Span<byte> presence = _presence.AsSpan(0, presenceBytes);
        presence.Clear();
        int cell = 0, length = 0, present = 0;
        for (int column = 0; column < table.Metrics.Length; column++)
        {
            for (int row = 0; row < table.RowCount; row++, cell++)
            {
                if (table.TryGet(row, column, out long value))
                {
                    length += ZigZag.Write(_values.AsSpan(length), unchecked(value - last[cell]));
                    last[cell] = value;
                    presence[cell >> 3] |= (byte)(1 << (cell & 7));
                    present++;
                }
            }
        }

        message.Values = ByteString.CopyFrom(_values, 0, length);
        if (present < last.Length)
        {
            message.Presence = ByteString.CopyFrom(presence);
        }
    }

    private void Reserve(int values, int presence)
    {
        if (_values.Length < values)
        {
            _values = new byte[values];
        }

        if (_presence.Length < presence)
        {
            _presence = new byte[presence];
        }
    }
}
