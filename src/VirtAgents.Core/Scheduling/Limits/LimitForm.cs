using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Scheduling.Limits;

/// <summary>How a resource is limited: by which directive, and where the inventory tells what is in force.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Name">What it is called in policies.</param>
/// <param name="Directive">Kind of the directive.</param>
/// <param name="DeviceParameter">Its parameter that names the interface or disk; empty = it has none.</param>
/// <param name="AmountParameter">Its parameter with the limit; 0 = none.</param>
/// <param name="Unit">Unit of the limit, for people.</param>
public sealed record LimitForm(LimitedResource Resource, string Name, DirectiveKind Directive, string DeviceParameter, string AmountParameter, string Unit)
{
    private const long Kibibyte = 1L << 10, Mebibyte = 1L << 20, MostBytes = 1L << 40;

    /// <summary>How much later than a limit expires its host takes it back by itself: time for whoever has set it to do so first, and to say why.</summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromMinutes(2);

    /// <summary>All of them.</summary>
    public static ImmutableArray<LimitForm> All { get; } =
    [
        // libvirt counts what passes through interfaces in whole KiB, and what is read back must be what was set.
        new(LimitedResource.NetworkOut, "network-out", DirectiveKind.SetNicLimit, "mac", "out_bytes_per_second", "bytes per second") { Step = Kibibyte, LeastFloor = Kibibyte, MostFloor = MostBytes, UsualFloor = Mebibyte },
        new(LimitedResource.NetworkIn, "network-in", DirectiveKind.SetNicLimit, "mac", "in_bytes_per_second", "bytes per second") { Step = Kibibyte, LeastFloor = Kibibyte, MostFloor = MostBytes, UsualFloor = Mebibyte },
        new(LimitedResource.Cpu, "cpu", DirectiveKind.SetCpuQuota, "", "percent", "% of a pCPU for each vCPU") { MostFloor = 99, UsualFloor = 10 },
        new(LimitedResource.DiskOperations, "disk-operations", DirectiveKind.SetDiskLimit, "disk", "total_iops", "operations per second") { MostFloor = 10_000_000, UsualFloor = 100 },
        new(LimitedResource.DiskBytes, "disk-bytes", DirectiveKind.SetDiskLimit, "disk", "total_bytes_per_second", "bytes per second") { LeastFloor = Kibibyte, MostFloor = MostBytes, UsualFloor = Mebibyte },
    ];

    /// <summary>Limits are whole multiples of it.</summary>
    public long Step { get; private init; } = 1;

    /// <summary>Least that a rule may name as the least it limits to.</summary>
    public long LeastFloor { get; private init; } = 1;

    /// <summary>Most that a rule may name as the least it limits to.</summary>
    public required long MostFloor { get; init; }

    /// <summary>What a rule that names none limits to at least.</summary>
    public required long UsualFloor { get; init; }

    /// <summary>How far back readings of what is used count: some of the intervals that agents have unless they are told otherwise.</summary>
    public TimeSpan Window => IsOfDisk ? TimeSpan.FromMinutes(3) : TimeSpan.FromSeconds(30);

    /// <summary>Whether it is what a disk reads and writes.</summary>
    public bool IsOfDisk => Directive == DirectiveKind.SetDiskLimit;

    /// <summary>Whether its unit is bytes per second.</summary>
    public bool IsOfBytes => IsOfNetwork || Resource == LimitedResource.DiskBytes;

    /// <summary>Whether it is what an interface carries.</summary>
    public bool IsOfNetwork => Directive == DirectiveKind.SetNicLimit;

    /// <summary>How a resource is limited.</summary>
    public static LimitForm Of(LimitedResource resource) => All.First(f => f.Resource == resource);

    /// <summary>Parameters of the directive. The inventory may be some minutes behind a limit that somebody has set, so the host looks once more and replaces no other one.</summary>
    /// <param name="device">Interface or disk; empty = the VM as a whole.</param>
    /// <param name="amount">The limit; 0 = none.</param>
    /// <param name="before">Limit that has to be in force; 0 = none.</param>
    /// <param name="expiry">When whoever orders it takes it back; the host does a little later, should nobody else have. Null = it is the host's for good.</param>
    public ImmutableSortedDictionary<string, string> Parameters(string device, long amount, long before, TimeSpan? expiry = null)
    {
        ImmutableSortedDictionary<string, string> parameters = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add(AmountParameter, Text(amount)).Add(DirectiveCatalogue.OnlyIf + AmountParameter, Text(before));
        parameters = expiry is { } ends && amount > 0 ? parameters.Add(DirectiveCatalogue.LeaseSeconds, Text((long)(ends + LeaseMargin).TotalSeconds)) : parameters;
        return DeviceParameter.Length == 0 ? parameters : parameters.Add(DeviceParameter, device);
    }

    /// <summary>The limit that a directive sets; null = it sets none.</summary>
    public static long? AmountOf(DirectiveKind directive, IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string? text = All.Where(f => f.Directive == directive).Select(f => parameters.GetValueOrDefault(f.AmountParameter)).FirstOrDefault(t => t is not null);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long amount) ? amount : null;
    }

    /// <summary>The limit that is in force, whoever set it; 0 = none, null = unknown.</summary>
    public long? InForce(VmInfo vm, string device)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return Resource switch
        {
            LimitedResource.NetworkOut => vm.Interfaces.FirstOrDefault(i => i.Mac == device)?.LimitOutBytesPerSecond,
            LimitedResource.NetworkIn => vm.Interfaces.FirstOrDefault(i => i.Mac == device)?.LimitInBytesPerSecond,
            LimitedResource.Cpu => vm.CpuQuotaPercent,
            LimitedResource.DiskOperations => vm.Disks.FirstOrDefault(d => d.Target == device)?.LimitIops,
            LimitedResource.DiskBytes => vm.Disks.FirstOrDefault(d => d.Target == device)?.LimitBytesPerSecond,
            _ => null,
        };
    }

    /// <summary>A limit with its unit, for people.</summary>
    public string Describe(long amount) => $"{Text(amount)} {Unit}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
