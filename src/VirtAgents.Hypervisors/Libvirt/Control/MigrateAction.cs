using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Moves a running VM. The two daemons do it between themselves, so it goes on when the agent dies.</summary>
internal sealed class MigrateAction(LibvirtControlOptions options, ControlLine line) : VmAction(DirectiveKind.Migrate)
{
    public const uint PeerToPeer = 2;
    public const uint PersistDestination = 8;
    public const uint UndefineSource = 16;
    private const uint Live = 1;
    private const uint CopyDisks = 64;
    private const uint Unsafe = 512;
    private const uint AbortOnError = 4096;
    private const uint AutoConverge = 8192;
    private const long Mebibyte = 1 << 20;
    private const int Hundred = 100;

    public override bool CanAbort => true;

    public override TimeSpan? SettleTime => TimeSpan.FromMinutes(1);

    public override TimeSpan? GoesOnFor(DirectiveOrder order) => TimeAllowed(order);

    public override async Task<MigrationFigures> FiguresAsync(DirectiveOrder order, TimeSpan patience, TimeProvider time)
    {
        // The state of the VM may show before the events that tell the same.
        await line.Events.MigratedAsync(order.Vm.Value).WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return line.Events.FiguresOf(order.Vm.Value);
    }

    public override void Abort(LibvirtConnection connection, DirectiveOrder order)
    {
        using DomainHandle domain = connection.Lookup(order.Vm.Value);
        connection.AbortJob(domain);
    }

    public override string? Elsewhere(DirectiveOrder order) => DestinationOf(order);

    public override ControlCheck CheckElsewhere(ControlCheck here, Whereabouts there) => there switch
    {
        { Condition: { IsAlive: true } alive } =>
            ControlCheck.No(RefusalReason.WrongState, $"the target has this VM already: {alive.State} ({alive.Reason})"),
        { IsSilent: true } => ControlCheck.No(RefusalReason.UnknownState, $"whether the target has this VM cannot be told: {there.Problem}"),
        { Problem.Length: > 0 } => here with { Detail = $"{here.Detail}; the target could not be looked at: {there.Problem}" },
        _ => here,
    };

    public override Sighting LookAgain(LibvirtConnection connection, DirectiveOrder order, ControlEvidence before)
    {
        Sighting now = Look(connection, order, before);
        return now is { IsMet: false, IsHopeless: false, Progress: null } && RunsHere(connection, order)
            ? Sighting.Never($"{now.Seen}, and no migration goes on")
            : now;
    }

    /// <summary>Where it goes, as the source's daemon sees it.</summary>
    public static string DestinationOf(DirectiveOrder order) => order.Text("destination") ?? "";

    /// <summary>What is wrong with where it goes; null = nothing.</summary>
    public static string? WhyNoAddress(DirectiveOrder order) => Uri.TryCreate(DestinationOf(order), UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0
        ? null
        : "destination: must be the address of another host's libvirt, such as qemu+tls://host/system";

    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        if (vm.Condition.State != VmState.Running)
        {
            return Wrong(vm, "it must be Running; one that is shut off moves with offline=true");
        }

        if (WhyNoAddress(order) is { } why)
        {
            return Bad(why);
        }

        if (vm.Connection.JobOf(vm.Domain) is not null)
        {
            return ControlCheck.No(RefusalReason.Busy, "a job goes on with the VM, such as another migration");
        }

        return Possible(vm, $"the VM is {vm.Shown}; it would move to {DestinationOf(order)}{(IsCopied(order) ? ", its disks would be copied" : "")}");
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        if (order.Number("downtime_milliseconds") is { } downtime)
        {
            vm.Connection.SetMaxDowntime(vm.Domain, downtime);
        }

        line.Events.Watch(order.Vm.Value);
        TypedValue[] values = order.Number("bandwidth_bytes_per_second") is { } bandwidth
            ? [new TypedValue("bandwidth", TypedValueType.ULong, bandwidth / Mebibyte)]
            : [];
        uint flags = Live | PeerToPeer | AbortOnError
            | (vm.Connection.IsPersistent(vm.Domain) ? PersistDestination | UndefineSource : 0)
            | (IsCopied(order) ? CopyDisks : IsKnownAsShared(vm.Definition()) ? Unsafe : 0)
            | (order.Flag("auto_converge") ? AutoConverge : 0);
        vm.Connection.Migrate(vm.Domain, DestinationOf(order), values, flags);
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        if (!vm.Condition.IsAlive)
        {
            return vm.Condition.State == VmState.MigratedAway
                ? Arrived(order, isAway: true)
                : Sighting.Never($"the VM is {vm.Shown} on its source");
        }

        Dictionary<string, long>? job = vm.Connection.JobOf(vm.Domain);
        return Sighting.NotYet($"the VM is {vm.Shown} on its source") with { Progress = job is null ? null : ProgressOf(job) };
    }

    protected override Sighting Gone(DirectiveOrder order, ControlEvidence before) =>
        Arrived(order, line.Events.HasMigrated(order.Vm.Value));

    private static bool IsCopied(DirectiveOrder order) => order.Text("storage") == "copied";

    private static ControlProgress ProgressOf(Dictionary<string, long> job)
    {
        long remaining = job.GetValueOrDefault("data_remaining");
        long total = job.GetValueOrDefault("data_total");
        long? dirty = job.TryGetValue("memory_dirty_rate", out long pages) ? pages * job.GetValueOrDefault("memory_page_size", Environment.SystemPageSize) : null;
        return total == 0
            ? new ControlProgress(null, null, dirty, "the migration begins")
            : new ControlProgress((int)Math.Clamp(Hundred - (remaining * Hundred / total), 0, Hundred), remaining, dirty, "memory and disks are sent");
    }

    /// <summary>The VM is to be looked for on the target; where that cannot be asked, the source's word that it has moved counts.</summary>
    private static Sighting Arrived(DirectiveOrder order, bool isAway) =>
        Sighting.NotYet("the VM is gone from its source") with { Elsewhere = there => Arrived(order, isAway, there) };

    private static Sighting Arrived(DirectiveOrder order, bool isAway, Whereabouts there) => there switch
    {
        { Condition.State: VmState.Running } => Sighting.Met($"the VM runs on {DestinationOf(order)} and is gone from its source"),
        { Condition: { } other } => Sighting.NotYet($"the VM is gone from its source and {other.State} ({other.Reason}) on {DestinationOf(order)}"),
        _ when isAway && there.Problem.Length > 0 =>
            Sighting.Met($"the source says that the VM has migrated; the target could not be asked: {there.Problem}"),
        _ => Sighting.NotYet($"the VM is gone from its source and was not seen on {DestinationOf(order)} {there.Problem}"),
    };

    private static bool RunsHere(LibvirtConnection connection, DirectiveOrder order)
    {
        try
        {
            using DomainHandle domain = connection.Lookup(order.Vm.Value);
            return StateMapping.Map(connection.StateOf(domain).State, 0).IsAlive;
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoDomain)
        {
            return false;
        }
    }

    /// <summary>Whether the operator vouches for all of its disks: each below a shared directory, and not cached by this host.</summary>
    private bool IsKnownAsShared(XElement definition)
    {
        XElement[] disks = [.. definition.Element("devices")?.Elements("disk") ?? []];
        return disks.Length > 0 && disks.All(disk =>
            (string?)disk.Element("driver")?.Attribute("cache") is "none" or "directsync"
            && (string?)disk.Element("source")?.Attribute("file") is { } path
            && options.SharedDirectories.Any(shared => path.StartsWith(shared.TrimEnd('/') + "/", StringComparison.Ordinal)));
    }
}
