using System.Buffers.Text;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Turns one domain's typed parameters into cells. Names are compared as bytes and nothing is allocated; what a
/// libvirt does not send stays null. Not for use by two threads at once.
/// </summary>
internal sealed class StatsReader
{
    private readonly long[] _guest = new long[StatsField.Guest.Length];
    private readonly long[] _vcpus = new long[StatsField.Vcpu.Length];
    private int _guestSeen;
    private int _vcpusSeen;
    private int _state;
    private int _reason;
    private int _diskRow;
    private bool _monitorAnswered;

    /// <summary>
    /// Fills the row of a VM and adds rows of its disks. False when what only the VM's monitor can tell is missing:
    /// somebody else was using it.
    /// </summary>
    public bool Read(ref TypedParameters parameters, VmEntry vm, SampleTable vms, int row, SampleTable disks)
    {
        (_guestSeen, _vcpusSeen, _state, _reason, _diskRow, _monitorAnswered) = (0, 0, 0, 0, -1, false);
        while (parameters.TryRead(out TypedParameter parameter))
        {
            ReadOnlySpan<byte> name = parameter.Name;
            if (name.StartsWith("block."u8))
            {
                ReadDisk(parameter, AfterNumber(name[6..]), vm, disks);
            }
            else if (parameter.TryGetNumber(out long value))
            {
                ReadNumber(name, value, vms, row);
            }
        }

        WriteCollected(vms, row);
        VmCondition condition = vm.Refine(StateMapping.Map(_state, _reason));
        vms.Set(row, Metric.VmStateCode, (long)condition.State);
        vms.Set(row, Metric.VmStateReasonCode, (long)condition.Reason);
        return _monitorAnswered;
    }

    private void ReadNumber(ReadOnlySpan<byte> name, long value, SampleTable vms, int row)
    {
        if (name.StartsWith("balloon."u8))
        {
            ReadBalloon(name[8..], value, vms, row);
        }
        else if (name.StartsWith("vcpu."u8))
        {
            ReadVcpu(name[5..], value, vms, row);
        }
        else if (name.SequenceEqual("state.state"u8))
        {
            _state = (int)value;
        }
        else if (name.SequenceEqual("state.reason"u8))
        {
            _reason = (int)value;
        }
    }

    private void ReadBalloon(ReadOnlySpan<byte> name, long value, SampleTable vms, int row)
    {
        if (TrySet(StatsField.Balloon, name, value, vms, row))
        {
            return;
        }

        // libvirt reads it last, after the monitor has answered, and always has it then.
        _monitorAnswered |= name.SequenceEqual("rss"u8);
        int field = StatsField.Find(StatsField.Guest, name);
        if (field >= 0)
        {
            _guest[field] = value;
            _guestSeen |= 1 << field;
        }
    }

    private void ReadVcpu(ReadOnlySpan<byte> name, long value, SampleTable vms, int row)
    {
        if (name.SequenceEqual("current"u8))
        {
            vms.Set(row, Metric.VmVcpuCount, value);
            return;
        }

        int field = StatsField.Find(StatsField.Vcpu, AfterNumber(name));
        if (field >= 0)
        {
            _vcpus[field] = ((_vcpusSeen & (1 << field)) == 0 ? 0 : _vcpus[field]) + value;
            _vcpusSeen |= 1 << field;
        }
    }

    private void ReadDisk(TypedParameter parameter, ReadOnlySpan<byte> field, VmEntry vm, SampleTable disks)
    {
        if (field.SequenceEqual("name"u8))
        {
            int index = vm.DiskIndex(parameter.Text);
            _diskRow = index < 0 ? -1 : disks.AddRow(index);
        }
        else if (_diskRow >= 0 && parameter.TryGetNumber(out long value))
        {
            _ = TrySet(StatsField.Disk, field, value, disks, _diskRow);
        }
    }

    private void WriteCollected(SampleTable vms, int row)
    {
        // Before the balloon driver has told anything libvirt gives zeros, which are no figures.
        bool told = (_guestSeen & 1) != 0 && _guest[0] != 0;
        WriteSeen(StatsField.Guest, _guest, told ? _guestSeen : 0, vms, row);
        WriteSeen(StatsField.Vcpu, _vcpus, _vcpusSeen, vms, row);
    }

    private static void WriteSeen(StatsField[] fields, long[] values, int seen, SampleTable vms, int row)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if ((seen & (1 << i)) != 0)
            {
                vms.Set(row, fields[i].Metric, values[i] * fields[i].Factor);
            }
        }
    }

    private static bool TrySet(StatsField[] fields, ReadOnlySpan<byte> name, long value, SampleTable table, int row)
    {
        int field = StatsField.Find(fields, name);
        if (field >= 0)
        {
            table.Set(row, fields[field].Metric, value * fields[field].Factor);
        }

        return field >= 0;
    }

    /// <summary>What follows <c>N.</c>; the whole when there is no number.</summary>
    private static ReadOnlySpan<byte> AfterNumber(ReadOnlySpan<byte> name) =>
        Utf8Parser.TryParse(name, out int _, out int length) && length < name.Length && name[length] == (byte)'.' ? name[(length + 1)..] : name;
}
