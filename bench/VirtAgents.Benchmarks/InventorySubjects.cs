using VirtAgents.Core.Model;

namespace VirtAgents.Benchmarks;

/// <summary>What the indexes in the samples of a simulated host stand for.</summary>
internal static class InventorySubjects
{
    /// <summary>Subject of each index; null = one that the inventory does not use.</summary>
    public static Subject?[] Of(Inventory inventory)
    {
        List<(int Index, Subject Subject)> all = [(Inventory.HostIndex, new(SubjectKind.Host, inventory.Host.Id.Value, ""))];
        all.AddRange(inventory.Pools.Select(p => (p.Index, new Subject(SubjectKind.Pool, inventory.Host.Id.Value, p.Name))));
        all.AddRange(inventory.Devices.Select(d => (d.Index, new Subject(d.Kind, inventory.Host.Id.Value, d.Name))));
        all.AddRange(inventory.Volumes.Select(v => (v.Index, new Subject(SubjectKind.Volume, inventory.Host.Id.Value, VolumeInfo.DeviceOf(v.Pool, v.Name)))));
        foreach (VmInfo vm in inventory.Vms)
        {
            all.Add((vm.Index, new(SubjectKind.Vm, vm.Id.Value, "")));
            all.AddRange(vm.Disks.Select(d => (d.Index, new Subject(SubjectKind.VmDisk, vm.Id.Value, d.Target))));
            all.AddRange(vm.Interfaces.Select(i => (i.Index, new Subject(SubjectKind.VmInterface, vm.Id.Value, i.Mac))));
        }

        Subject?[] subjects = new Subject?[all.Max(s => s.Index) + 1];
        all.ForEach(s => subjects[s.Index] = s.Subject);
        return subjects;
    }
}
