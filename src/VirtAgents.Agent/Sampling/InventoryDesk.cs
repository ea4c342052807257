using Google.Protobuf;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;

namespace VirtAgents.Agent.Sampling;

/// <summary>
/// Keeps the spool's inventory in step with the adapter's, and samples in step with that: a report may name only what the
/// inventory in force knows, or the collector would have to refuse it. Not thread-safe.
/// </summary>
internal sealed class InventoryDesk(MessageSpool spool, Func<Inventory> read, AgentCounters counters)
{
    private readonly Dictionary<int, SubjectKind> _known = [];
    private readonly SampleSet _filtered = new();
    private long _version = -1;

    /// <summary>Takes over the newest inventory.</summary>
    public void Refresh()
    {
        Inventory inventory = read();
        if (inventory.Version == _version)
        {
            return;
        }

        _version = inventory.Version;
        _known.Clear();
        Learn(inventory);
        spool.SetInventory(inventory.Version, InventoryMapping.ToWire(InventoryChange.Whole(inventory)).ToByteArray());
    }

    /// <summary>The sample under the newest inventory, without what that does not know; the sample itself when nothing is unknown.</summary>
    public SampleSet Fit(SampleSet samples)
    {
        Refresh();
        samples.InventoryVersion = _version;
        return IsKnown(samples) ? samples : Filter(samples);
    }

    private void Learn(Inventory inventory)
    {
        foreach (VmInfo vm in inventory.Vms)
        {
            _known[vm.Index] = SubjectKind.Vm;
            foreach (VmDiskInfo disk in vm.Disks)
            {
                _known[disk.Index] = SubjectKind.VmDisk;
            }

            foreach (VmInterfaceInfo card in vm.Interfaces)
            {
                _known[card.Index] = SubjectKind.VmInterface;
            }
        }

        foreach (PoolInfo pool in inventory.Pools)
        {
            _known[pool.Index] = SubjectKind.Pool;
        }

        foreach (VolumeInfo volume in inventory.Volumes)
        {
            _known[volume.Index] = SubjectKind.Volume;
        }

        foreach (HostDeviceInfo device in inventory.Devices)
        {
            _known[device.Index] = device.Kind;
        }
    }

    private bool IsKnown(SubjectKind kind, int subject) => kind is SubjectKind.Host or SubjectKind.Agent
        ? subject == Inventory.HostIndex
        : _known.TryGetValue(subject, out SubjectKind known) && known == kind;

    private bool IsKnown(SampleSet samples)
    {
        for (int i = 0; i < samples.TableCount; i++)
        {
            foreach (int subject in samples[i].Subjects)
            {
                if (!IsKnown(samples[i].Kind, subject))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private SampleSet Filter(SampleSet samples)
    {
        _filtered.Reset();
        _filtered.TimeUnixMs = samples.TimeUnixMs;
        _filtered.Tier = samples.Tier;
        _filtered.DurationMicroseconds = samples.DurationMicroseconds;
        _filtered.InventoryVersion = samples.InventoryVersion;
        for (int i = 0; i < samples.TableCount; i++)
        {
            CopyKnown(samples[i], _filtered.Add(samples[i].Kind, samples[i].Metrics));
        }

        return _filtered;
    }

    private void CopyKnown(SampleTable from, SampleTable to)
    {
        for (int row = 0; row < from.RowCount; row++)
        {
            if (!IsKnown(from.Kind, from.Subjects[row]))
            {
                counters.CountLeftOut(1);
                continue;
            }

            int copy = to.AddRow(from.Subjects[row]);
            for (int column = 0; column < from.Metrics.Length; column++)
            {
                if (from.TryGet(row, column, out long value))
                {
                    to.Set(copy, column, value);
                }
            }
        }
    }
}
