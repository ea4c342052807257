using System.Collections.Frozen;
using System.Collections.Immutable;
using static VirtAgents.Core.Directives.DirectiveKind;
using static VirtAgents.Core.Directives.DirectiveTarget;

namespace VirtAgents.Core.Directives;

/// <summary>Every kind of directive, with its parameters and their ranges.</summary>
public static class DirectiveCatalogue
{
    /// <summary>Name of the parameter that says how long a guest may take to obey.</summary>
    internal const string GraceSeconds = "grace_seconds";

    /// <summary>Name of the parameter that says after which time to abort.</summary>
    internal const string TimeoutSeconds = "timeout_seconds";

    /// <summary>Name of the flag that allows force when the guest did not obey in time.</summary>
    internal const string Force = "force";

    /// <summary>Name of the parameter that says how much of its room a new volume takes at once.</summary>
    public const string Allocation = "allocation";

    /// <summary>All of it.</summary>
    public const string FullAllocation = "full";

    /// <summary>Begins the name of a parameter that says what a limit must be before it is changed: whoever decides by what was seen must not replace what somebody has set since.</summary>
    public const string OnlyIf = "only_if_";

    /// <summary>Name of the parameter that says after which time the host takes a limit back by itself.</summary>
    public const string LeaseSeconds = "lease_seconds";

    /// <summary>Name of the parameter of <see cref="Recover"/> that says which host had the VM.</summary>
    public const string FromHost = "from_host";

    /// <summary>Name of the parameter of <see cref="Recover"/> that says which definition is meant.</summary>
    public const string DefinitionOf = "definition";

    /// <summary>Name of the flag of <see cref="Migrate"/> that says that a VM which is off moves.</summary>
    public const string Offline = "offline";

    private const int DefaultGraceSeconds = 120;
    private const long Kibibyte = 1024;
    private const long Mebibyte = 1024 * Kibibyte;
    private const long Tebibyte = Mebibyte * Mebibyte;
    private static readonly DirectiveParameter Pool = Name("pool", "name of the pool");
    private static readonly DirectiveParameter Volume = Name("volume", "name of the volume in its pool");
    private static readonly DirectiveParameter Disk = Name("disk", "target of the disk in the VM's definition, such as vda");
    private static readonly DirectiveParameter Elsewhere = Flag("unused_elsewhere", "needed where hosts share the pool: no VM of another host has the volume");
    private static readonly DirectiveParameter Lease = Number(LeaseSeconds, 60, 604_800, "the host takes the limit back after that, if it is still in force; for good when left out");
    private static readonly DirectiveParameter Mac = new("mac", ParameterType.Text, 17, 17, true, "MAC address of the interface, in lower case");

    /// <summary>All kinds, by number.</summary>
    public static ImmutableArray<DirectiveDefinition> All { get; } =
    [
        Of(Start, Vm, 120, "the VM was seen running", Flag("paused", "start with the vCPUs stopped")),
        Hard(Shutdown, Vm, 0, "the VM was seen shut off", Number(GraceSeconds, 1, 3600, "how long the guest may take; 120 when left out"), Flag(Force, "end it by force after the grace time; otherwise the directive fails then")),
        Hard(Destroy, Vm, 60, "the VM was seen shut off"),
        Hard(Reboot, Vm, 0, "the guest was seen to boot again", Number(GraceSeconds, 1, 3600, "how long the guest may take; 120 when left out")),
        Hard(Reset, Vm, 60, "the VM was seen to be reset and running"),
        Hard(Suspend, Vm, 60, "the VM was seen paused by a user"),
        Of(Resume, Vm, 60, "the VM was seen running"),
        Hard(Save, Vm, 900, "the VM was seen shut off with a saved memory image"),
        Of(Restore, Vm, 900, "the VM was seen running and its saved memory image is gone"),
        Hard(SetMemory, Vm, 60, "the balloon was seen at the size asked for", Needed(Number("memory_bytes", 32 * Mebibyte, 64 * Tebibyte, "memory left to the guest, not above its maximum"))),
        Of(SetVcpus, Vm, 60, "the VM was seen with so many vCPUs", Needed(Number("vcpus", 1, 4096, "vCPUs, at least as many as it has and not above its maximum"))),
        Of(SetCpuQuota, Vm, 30, "the limit was read back", Needed(Number("percent", 0, 100, "of one physical CPU, for each vCPU; 0 = no limit")),
            Number(OnlyIf + "percent", 0, 100, "refused unless this is the limit in force; 0 = none"), Lease),
        Of(SetCpuShare, Vm, 30, "the weight was read back", Needed(Number("share", 2, 262_144, "weight, 1024 being the default"))),
        Of(Pin, Vm, 30, "the binding was read back", Needed(Number("vcpu", 0, 4095, "number of the vCPU")), new DirectiveParameter("cpus", ParameterType.Text, 1, 1024, true, "physical CPUs, such as 0-3,8")),
        Of(SetDiskLimit, Vm, 30, "the limits were read back", Disk, Number("total_iops", 0, 10_000_000, "operations per second; 0 = no limit; unchanged when left out"), Number("total_bytes_per_second", 0, Tebibyte, "0 = no limit; unchanged when left out"),
            Number(OnlyIf + "total_iops", 0, 10_000_000, "refused unless this is the limit in force; 0 = none, of reads or writes alone neither"), Number(OnlyIf + "total_bytes_per_second", 0, Tebibyte, "the same of bytes"), Lease),
        Of(SetNicLimit, Vm, 30, "the limits were read back", Mac, Number("in_bytes_per_second", 0, Tebibyte, "to the VM; 0 = no limit; unchanged when left out"), Number("out_bytes_per_second", 0, Tebibyte, "from the VM; 0 = no limit; unchanged when left out"),
            Number(OnlyIf + "in_bytes_per_second", 0, Tebibyte, "refused unless this is the limit in force, in whole KiB; 0 = none"), Number(OnlyIf + "out_bytes_per_second", 0, Tebibyte, "the same from the VM"), Lease),
        Hard(SetLink, Vm, 30, "the state of the link was read back", Mac, Choice("state", true, "state of the link", "up", "down")),
        Of(CreateVolume, DirectiveTarget.Pool, 600, "the volume was seen with its size, and with all of its room if that is to be taken at once", Pool, Volume, Needed(Size("capacity_bytes", "size")),
            Choice("format", false, "raw when left out", "raw", "qcow2"), Choice(Allocation, false, "whether it takes its room as it is written or all of it at once; thin when left out", "thin", FullAllocation),
            Number(TimeoutSeconds, 1, 86_400, "given up after that; 600 when left out")),
        Of(ResizeVolume, DirectiveTarget.Pool, 600, "the volume was seen with its new size", Pool, Volume, Needed(Size("capacity_bytes", "size, larger than it is")), Elsewhere),
        Hard(DeleteVolume, DirectiveTarget.Pool, 600, "the volume was not seen any more", Pool, Volume, Elsewhere),
        Of(AttachDisk, Vm, 60, "the VM was seen with the disk", Disk, Pool, Volume),
        Hard(DetachDisk, Vm, 120, "the VM was seen without the disk", Disk),
        Of(
            Migrate, Vm, 3600, "the VM was seen running on the target, or with offline defined there, and is gone from the source",
            new DirectiveParameter("destination", ParameterType.Text, 1, 1024, true, "address of the target's hypervisor"),
            Choice("storage", false, "shared when left out", "shared", "copied"),
            Number("bandwidth_bytes_per_second", Mebibyte, Tebibyte, "no limit when left out"),
            Number("downtime_milliseconds", 1, 60_000, "longest pause at the end; the hypervisor's default when left out"),
            Flag("auto_converge", "slow the guest down when it writes memory faster than it can be sent"),
            Flag(Offline, "move the definition of a VM that is shut off; goes with destination and timeout_seconds only"),
            Number(TimeoutSeconds, 1, 86_400, "aborted after that; 3600 when left out")),
        Hard(
            Recover, Vm, 180, "the VM was seen running",
            new DirectiveParameter(FromHost, ParameterType.Text, 36, 36, true, "UUID of the host that had the VM and is switched off"),
            new DirectiveParameter(DefinitionOf, ParameterType.Text, 64, 64, true, "SHA-256, in hex, of the definition that the host kept on storage that hosts share")) with { BringsVm = true },
        Of(SetDrain, Host, 10, "the mark was recorded on the host", Needed(Flag("drain", "true = nothing is to be placed here any more"))),
    ];

    private static readonly FrozenDictionary<DirectiveKind, DirectiveDefinition> ByKind = All.ToFrozenDictionary(d => d.Kind);
    private static readonly FrozenDictionary<string, DirectiveDefinition> ByName = All.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    /// <summary>Definition of a kind, or null for a kind that there is not.</summary>
    public static DirectiveDefinition? Find(DirectiveKind kind) => ByKind.GetValueOrDefault(kind);

    /// <summary>Definition of the kind with that name on the wire, or null.</summary>
    public static DirectiveDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    private static DirectiveDefinition Of(DirectiveKind kind, DirectiveTarget target, int seconds, string done, params ImmutableArray<DirectiveParameter> parameters) =>
        new(kind, SnakeCase(kind.ToString()), target, false, TimeSpan.FromSeconds(seconds > 0 ? seconds : DefaultGraceSeconds), done, parameters);

    private static DirectiveDefinition Hard(DirectiveKind kind, DirectiveTarget target, int seconds, string done, params ImmutableArray<DirectiveParameter> parameters) =>
        Of(kind, target, seconds, done, parameters) with { IsDestructive = true };

    private static DirectiveParameter Name(string name, string meaning) => new(name, ParameterType.Text, 1, 255, true, meaning);

    private static DirectiveParameter Number(string name, long min, long max, string meaning) => new(name, ParameterType.Number, min, max, false, meaning);

    private static DirectiveParameter Size(string name, string meaning) => Number(name, Mebibyte, 256 * Tebibyte, meaning);

    private static DirectiveParameter Flag(string name, string meaning) => new(name, ParameterType.Flag, 0, 0, false, meaning);

    private static DirectiveParameter Needed(DirectiveParameter parameter) => parameter with { IsRequired = true };

    private static DirectiveParameter Choice(string name, bool isRequired, string meaning, params ImmutableArray<string> choices) =>
        new(name, ParameterType.Choice, 0, 0, isRequired, meaning) { Choices = choices };

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
