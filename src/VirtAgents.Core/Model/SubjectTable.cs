using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace VirtAgents.Core.Model;

/// <summary>The subject that each dictionary index of one inventory stands for; null for indexes that are not in use.</summary>
public sealed class SubjectTable : IReadOnlyList<Subject?>
{
    private readonly Subject?[] _subjects;

    private SubjectTable(Subject?[] subjects) => _subjects = subjects;

    /// <summary>One more than the greatest index in use.</summary>
    public int Count => _subjects.Length;

    /// <summary>Subject of an index below <see cref="Count"/>; null when it is not in use.</summary>
    public Subject? this[int index] => _subjects[index];

    /// <summary>Lists the subjects of an inventory.</summary>
    /// <param name="inventory">The inventory.</param>
    /// <param name="highestIndex">Greatest index allowed; a table has a slot for each index, used or not.</param>
    /// <param name="table">The table, or null when the inventory is wrong.</param>
    /// <param name="problem">What is wrong: two subjects with one index, or an index out of range.</param>
    public static bool TryCreate(
        Inventory inventory, int highestIndex, [NotNullWhen(true)] out SubjectTable? table, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        table = null;
        var subjects = new List<Subject?>();
        foreach ((int index, Subject subject) in Enumerate(inventory))
        {
            if (index < 0 || index > highestIndex)
            {
                problem = $"inventory index {index} of {subject.Kind} '{subject.Device}' is out of range (0 to {highestIndex})";
                return false;
            }

            while (subjects.Count <= index)
            {
                subjects.Add(null);
            }

            if (subjects[index] is not null)
            {
                problem = $"inventory index {index} is given to two subjects ({subjects[index]!.Kind} and {subject.Kind})";
                return false;
            }

            subjects[index] = subject;
        }

        table = new SubjectTable([.. subjects]);
        problem = null;
        return true;
    }

    /// <summary>Whether every row of a tick is about a subject of this table and of the right kind.</summary>
    /// <param name="samples">The tick.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public bool TryCheck(SampleSet samples, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(samples);
        for (int t = 0; t < samples.TableCount; t++)
        {
            SampleTable table = samples[t];
            foreach (int index in table.Subjects)
            {
                if ((uint)index >= (uint)_subjects.Length || _subjects[index] is not { } subject || subject.Kind != table.Kind)
                {
                    problem = $"report has a {table.Kind} with index {index}, which the inventory does not have";
                    return false;
                }
            }
        }

        problem = null;
        return true;
    }

    /// <summary>The subjects by index.</summary>
    public IEnumerator<Subject?> GetEnumerator() => ((IEnumerable<Subject?>)_subjects).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _subjects.GetEnumerator();

    private static IEnumerable<(int Index, Subject Subject)> Enumerate(Inventory inventory)
    {
        Guid host = inventory.Host.Id.Value;
        yield return (Inventory.HostIndex, new Subject(SubjectKind.Host, host, ""));
        yield return (Inventory.AgentIndex, new Subject(SubjectKind.Agent, host, ""));
        foreach (VmInfo vm in inventory.Vms)
        {
            yield return (vm.Index, new Subject(SubjectKind.Vm, vm.Id.Value, ""));
            foreach (VmDiskInfo disk in vm.Disks)
            {
                yield return (disk.Index, new Subject(SubjectKind.VmDisk, vm.Id.Value, disk.Target));
            }

            foreach (VmInterfaceInfo nic in vm.Interfaces)
            {
                yield return (nic.Index, new Subject(SubjectKind.VmInterface, vm.Id.Value, nic.Mac));
            }
        }

        foreach (PoolInfo pool in inventory.Pools)
        {
            yield return (pool.Index, new Subject(SubjectKind.Pool, host, pool.Name));
        }

        foreach (HostDeviceInfo device in inventory.Devices)
        {
            yield return (device.Index, new Subject(device.Kind, host, device.Name));
        }
    }
}
