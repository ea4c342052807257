using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Twins;

/// <summary>A VM as one host tells of it.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Host">The host.</param>
/// <param name="HostName">Its name.</param>
/// <param name="State">Observed state; unknown is neither off nor running.</param>
/// <param name="HasAutostart">Whether it starts with the host; null = not known.</param>
/// <param name="ReportUnixMs">Time of the newest report of the host, by the clock of the host; milliseconds since 1970 UTC, 0 = none.</param>
public sealed record TwinSide(VmId Vm, string Name, HostId Host, string HostName, VmState State, bool? HasAutostart, long ReportUnixMs);

/// <summary>A VM that several hosts tell of, at one moment.</summary>
/// <param name="Sides">Each host that has it, by name; at least two.</param>
public sealed record TwinLook(ImmutableArray<TwinSide> Sides)
{
    /// <summary>The VM.</summary>
    public VmId Vm => Sides[0].Vm;

    /// <summary>Its name.</summary>
    public string Name => Sides[0].Name;

    /// <summary>Hosts on which it runs.</summary>
    public IEnumerable<TwinSide> Running => Sides.Where(s => s.State == VmState.Running);

    /// <summary>Whether it runs on several hosts; null = not known, as it may on one that is out of sight.</summary>
    public bool? RunsTwice => Running.Skip(1).Any() ? true : Sides.Count(s => s.State is VmState.Running or VmState.Unknown) > 1 ? null : false;

    /// <summary>The host on which it is off and with which it would start, while it is up on another one; null = there is none, or that is not known.</summary>
    public TwinSide? Sleeper => Sides.Any(s => VmStates.IsInMemory(s.State)) ? Sides.FirstOrDefault(s => IsOff(s.State) && s.HasAutostart == true) : null;

    /// <summary>Whether it would start on a second host when that boots; null = not known.</summary>
    public bool? StartsTwice => Sleeper is not null ? true : Sides.Any(s => s.State == VmState.Unknown || (IsOff(s.State) && s.HasAutostart is null)) ? null : false;

    /// <summary>The VMs that several hosts tell of, each once. A host that a VM has left does not count.</summary>
    /// <param name="told">Every VM of every host.</param>
    public static IReadOnlyList<TwinLook> AllOf(IEnumerable<TwinSide> told) =>
    [
        .. told.Where(s => !VmStates.HasLeft(s.State)).GroupBy(s => s.Vm).Where(g => g.Skip(1).Any())
            .Select(g => new TwinLook([.. g.OrderBy(s => s.HostName, StringComparer.Ordinal).ThenBy(s => s.Host.Value)])),
    ];

    private static bool IsOff(VmState state) => state is VmState.ShutOff or VmState.Crashed;
}
