namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>What the tracker remembers of one VM.</summary>
internal sealed class TrackedVm(Guid uuid, string name, VmCondition condition)
{
    public Guid Uuid { get; } = uuid;

    public string Name { get; set; } = name;

    public VmCondition Condition { get; set; } = condition;

    /// <summary>libvirt's number of the run that was last seen to start.</summary>
    public int DomainId { get; set; } = -1;

    public bool IsPersistent { get; set; } = true;

    /// <summary>It is being migrated to this host, and is no VM of this host yet.</summary>
    public bool IsArriving { get; set; }

    /// <summary>It was not known before it began to arrive.</summary>
    public bool IsForeign { get; set; }

    public bool NoSpace { get; set; }

    public long LastRebootMs { get; set; } = long.MinValue / 2;

    public (string Device, string Reason, long TimeMs) LastIoError { get; set; } = ("", "", long.MinValue / 2);
}
