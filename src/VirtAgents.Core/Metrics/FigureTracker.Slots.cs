using VirtAgents.Core.Model;

namespace VirtAgents.Core.Metrics;

public sealed partial class FigureTracker
{
    // An index that a hostile or broken inventory could draw must not cost its size in memory.
    private const int HighestCachedIndex = 1 << 20;

    private FigureSlot? SlotOf(int index, IReadOnlyList<Subject?> subjects, SubjectKind kind)
    {
        if ((uint)index >= (uint)subjects.Count || subjects[index] is not { } subject || subject.Kind != kind)
        {
            return null;
        }

        if (index < _byIndex.Length && _byIndex[index] is { } known)
        {
            if (ReferenceEquals(known.Subject, subject))
            {
                return known;
            }

            if (known.Subject == subject)
            {
                known.Subject = subject;
                return known;
            }
        }

        return Bind(index, subject);
    }

    private FigureSlot Bind(int index, Subject subject)
    {
        if (!_slots.TryGetValue(subject, out FigureSlot? slot))
        {
            slot = Create(subject);
            _slots.Add(subject, slot);
        }

        if (index >= _byIndex.Length && index <= HighestCachedIndex)
        {
            Array.Resize(ref _byIndex, Math.Max(64, (index + 1) * 2));
        }

        if (index < _byIndex.Length)
        {
            _byIndex[index] = slot;
        }

        return slot;
    }

    private FigureSlot Create(Subject subject)
    {
        switch (subject.Kind)
        {
            case SubjectKind.Vm:
                return VmSlotOf(subject.Owner);
            case SubjectKind.VmDisk:
                return AddDevice(VmSlotOf(subject.Owner).Disks, new DeviceSlot(subject));
            case SubjectKind.VmInterface:
                return AddDevice(VmSlotOf(subject.Owner).Interfaces, new DeviceSlot(subject));
            case SubjectKind.Pool:
                var pool = new PoolSlot(subject);
                _pools[subject.Device] = pool;
                return pool;
            default:
                throw new ArgumentException($"no figures are kept of {subject.Kind}", nameof(subject));
        }
    }

    private VmSlot VmSlotOf(Guid vm)
    {
        if (!_vms.TryGetValue(new VmId(vm), out VmSlot? slot))
        {
            slot = new VmSlot(new Subject(SubjectKind.Vm, vm, ""));
            _vms.Add(new VmId(vm), slot);
        }

        return slot;
    }

    private DeviceSlot AddDevice(List<DeviceSlot> devices, DeviceSlot device)
    {
        // Devices that were taken away leave here, when another one comes: a VM cannot gather them without end.
        foreach (DeviceSlot gone in devices.Where(d => !IsCurrent(d.In.Stamp) && !IsPrevious(d.In.Stamp)).ToArray())
        {
            devices.Remove(gone);
            Drop(gone);
        }

        devices.Add(device);
        return device;
    }

    private void Drop(FigureSlot slot)
    {
        _slots.Remove(slot.Subject);
        for (int i = 0; i < _byIndex.Length; i++)
        {
            if (ReferenceEquals(_byIndex[i], slot))
            {
                _byIndex[i] = null;
            }
        }
    }

    private bool IsCurrent(TickStamp stamp) => stamp.Number > 0 && stamp.Number == TicksOf(stamp.Tier);

    // While a tick is being taken, the devices that it has not reached yet still carry the tick before.
    private bool IsPrevious(TickStamp stamp) => stamp.Number > 0 && stamp.Number == TicksOf(stamp.Tier) - 1;

    private long TicksOf(SampleTier tier) => tier == SampleTier.Fast ? _fastTicks : _slowTicks;
}
