using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>A kind that sets limits which libvirt holds by name, and reads them back.</summary>
internal abstract class LimitAction(DirectiveKind kind) : VmAction(kind)
{
    protected sealed override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (!vm.TakesLimits)
        {
            return Wrong(vm, "it must be Running or Paused");
        }

        if (Objection(vm, order) is { } objection)
        {
            return objection;
        }

        IReadOnlyList<Limit> wanted = Wanted(order);
        Dictionary<string, long> now = Read(vm, order);
        if (Expected(order).FirstOrDefault(limit => !limit.Holds(now)) is { } other)
        {
            return ControlCheck.No(RefusalReason.WrongState, $"{Shown([other], now)} is in force and not {other.Value}: somebody has set it");
        }

        return wanted.FirstOrDefault(limit => !now.ContainsKey(limit.Name)) is { } missing
            ? ControlCheck.No(RefusalReason.Unsupported, $"libvirt has no {missing.Name} for this VM here: the kernel's controller for it is missing")
            : Possible($"{Shown(wanted, now)} would become {string.Join(" ", wanted.Select(limit => $"{limit.Name}={limit.Value}"))}", Shown(wanted, now));
    }

    protected sealed override void BeginVm(VmView vm, DirectiveOrder order) =>
        Write(vm, order, [.. Wanted(order).Select(limit => new TypedValue(limit.Name, limit.Type, limit.Value))]);

    protected sealed override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        if (!vm.TakesLimits)
        {
            return Sighting.Never($"the VM is {vm.Shown}, and limits end with it");
        }

        IReadOnlyList<Limit> wanted = Wanted(order);
        Dictionary<string, long> now = Read(vm, order);
        return Sighting.Of(wanted.All(limit => limit.Holds(now)), $"read back: {Shown(wanted, now)}");
    }

    /// <summary>Why the order cannot be carried out; null when it can.</summary>
    protected virtual ControlCheck? Objection(VmView vm, DirectiveOrder order) => null;

    protected abstract IReadOnlyList<Limit> Wanted(DirectiveOrder order);

    /// <summary>What has to be in force before it is changed.</summary>
    protected virtual IReadOnlyList<Limit> Expected(DirectiveOrder order) => [];

    protected abstract Dictionary<string, long> Read(VmView vm, DirectiveOrder order);

    protected abstract void Write(VmView vm, DirectiveOrder order, IReadOnlyList<TypedValue> values);

    private static string Shown(IReadOnlyList<Limit> wanted, Dictionary<string, long> values) =>
        string.Join(" ", wanted.Select(limit => $"{limit.Name}={(values.TryGetValue(limit.Name, out long value) ? value : "unknown")}"));
}
