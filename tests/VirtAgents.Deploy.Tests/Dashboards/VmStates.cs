using VirtAgents.Core.Model;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>Names and colours of the states of VMs.</summary>
internal static class VmStates
{
    public static (int Value, string Text, string Color)[] All { get; } =
    [
        .. Enum.GetValues<VmState>().Select(state => ((int)state, NameOf(state), state switch
        {
            VmState.Running => "green",
            VmState.Crashed or VmState.Stuck => "red",
            VmState.Paused or VmState.PmSuspended or VmState.ShuttingDown => "yellow",
            VmState.MigratedAway => "blue",
            VmState.Unknown => "purple",
            _ => "gray",
        })),
    ];

    private static string NameOf(VmState state) =>
        string.Concat(state.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
