using System.Diagnostics.CodeAnalysis;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;

namespace VirtAgents.Collector.Sessions;

/// <summary>The dictionary of one stream at one version: the subject of each index, and a check that reports keep to it.</summary>
internal sealed class SubjectTable
{
    private readonly Subject?[] _subjects;

    // Report in which an index was last seen, for each index: finds rows that are there twice without a set for every report.
    private readonly int[] _seen;
    private int _stamp;

    private SubjectTable(Inventory inventory, Subject?[] subjects)
    {
        (Inventory, _subjects, _seen) = (inventory, subjects, new int[subjects.Length]);
    }

    public Inventory Inventory { get; }

    public IReadOnlyList<Subject?> Subjects => _subjects;

    public static bool TryBuild(Inventory inventory, [NotNullWhen(true)] out SubjectTable? table, [NotNullWhen(false)] out string? problem)
    {
        (table, problem) = (null, null);
        List<(int Index, Subject Subject)> all = [(Inventory.HostIndex, new(SubjectKind.Host, inventory.Host.Id.Value, ""))];
        all.AddRange(Entries(inventory));
        if (all.Count > ProtocolLimits.Default.Subjects)
        {
            problem = $"inventory has {all.Count} entries (at most {ProtocolLimits.Default.Subjects})";
            return false;
        }

        Subject?[] subjects = new Subject?[all.Max(s => s.Index) + 1];
        foreach ((int index, Subject subject) in all)
        {
            if (subjects[index] is { } other)
            {
                problem = $"inventory index {index} is given to {other.Kind} and to {subject.Kind} '{subject.Device}'";
                return false;
            }

            subjects[index] = subject;
        }

        table = new(inventory, subjects);
        return true;
    }

    /// <summary>What is wrong with the subjects of a report, or null.</summary>
    public string? ProblemOf(SampleSet samples)
    {
        if (samples.InventoryVersion != Inventory.Version)
        {
            return $"report is for inventory version {samples.InventoryVersion}, but the stream is at version {Inventory.Version}";
        }

        for (int i = 0; i < samples.TableCount; i++)
        {
            if (ProblemOf(samples[i]) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? ProblemOf(SampleTable table)
    {
        SubjectKind kind = table.Kind == SubjectKind.Agent ? SubjectKind.Host : table.Kind;
        _stamp++;
        foreach (int index in table.Subjects)
        {
            if ((uint)index >= (uint)_subjects.Length || _subjects[index]?.Kind != kind)
            {
                return $"{table.Kind} index {index} is not in inventory version {Inventory.Version}";
            }

            if (_seen[index] == _stamp)
            {
                return $"{table.Kind} index {index} has two rows";
            }

            _seen[index] = _stamp;
        }

        return null;
    }

    private static IEnumerable<(int Index, Subject Subject)> Entries(Inventory inventory)
    {
        foreach (VmInfo vm in inventory.Vms)
        {
            yield return (vm.Index, new(SubjectKind.Vm, vm.Id.Value, ""));
            foreach (VmDiskInfo disk in vm.Disks)
            {
                yield return (disk.Index, new(SubjectKind.VmDisk, vm.Id.Value, disk.Target));
            }

            foreach (VmInterfaceInfo card in vm.Interfaces)
            {
                yield return (card.Index, new(SubjectKind.VmInterface, vm.Id.Value, card.Mac));
            }
        }

        foreach (PoolInfo pool in inventory.Pools)
        {
            yield return (pool.Index, new(SubjectKind.Pool, inventory.Host.Id.Value, pool.Name));
        }

        foreach (VolumeInfo volume in inventory.Volumes)
        {
            yield return (volume.Index, new(SubjectKind.Volume, inventory.Host.Id.Value, VolumeInfo.DeviceOf(volume.Pool, volume.Name)));
        }

        foreach (HostDeviceInfo device in inventory.Devices)
        {
            yield return (device.Index, new(device.Kind, inventory.Host.Id.Value, device.Name));
        }
    }
}
