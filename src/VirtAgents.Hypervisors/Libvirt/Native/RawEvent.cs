namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>What a callback of libvirt was about.</summary>
internal enum RawEventKind
{
    Lifecycle,
    Reboot,
    IoError,
    ControlError,
    BalloonChange,
    BlockThreshold,
    JobCompleted,
    DeviceAdded,
    DeviceRemoved,
    MetadataChange,
    Tuned,
    PoolChange,
    ConnectionClosed,
}

/// <summary>One callback of libvirt, copied out of its memory.</summary>
/// <param name="Kind">Which callback.</param>
/// <param name="TimeUnixMs">When it came.</param>
/// <param name="Uuid">The domain; empty when there is none.</param>
/// <param name="Name">Name of the domain or pool.</param>
/// <param name="DomainId">libvirt's number of this run of the domain; -1 while it is off.</param>
/// <param name="Code">Lifecycle: event. I/O error: action. Closed: reason.</param>
/// <param name="Detail">Lifecycle: detail.</param>
/// <param name="Value">Balloon: KiB. Threshold: bytes.</param>
/// <param name="Device">Disk target or device alias.</param>
/// <param name="Text">I/O error: reason, empty for a general error.</param>
/// <param name="Job">Job: its figures by their names in libvirt, those that are numbers; null in other events.</param>
internal sealed record RawEvent(
    RawEventKind Kind,
    long TimeUnixMs,
    Guid Uuid = default,
    string Name = "",
    int DomainId = -1,
    int Code = 0,
    int Detail = 0,
    ulong Value = 0,
    string Device = "",
    string Text = "",
    IReadOnlyDictionary<string, long>? Job = null);
