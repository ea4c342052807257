using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Scheduling.Recovery;

/// <summary>Decides which VMs of a host that is off are started, and where. Pure.</summary>
/// <remarks>
/// What is not certain is left to people: a VM whose last state, definition, size or autostart is unknown, that another host tells of,
/// or that was tried once. The others are taken largest first, since small ones fit into what is left; each is placed by the rules for
/// new VMs, among hosts that see all its pools work. Room that is kept for hosts that fail may be used: that is what it is for.
/// </remarks>
public static class RecoveryJudge
{
    /// <summary>Decides about all VMs of a host, those that are to start first.</summary>
    public static IReadOnlyList<RecoveryDecision> Decide(LostHost lost, RecoveryView view)
    {
        ArgumentNullException.ThrowIfNull(lost);
        ArgumentNullException.ThrowIfNull(view);
        List<RecoveryDecision> decisions = [];
        RecoveryRoom room = new(view);
        foreach (LostVm vm in lost.Vms.OrderByDescending(v => v.Info.MemoryBytes).ThenByDescending(v => v.Info.VcpuCount).ThenBy(v => v.Info.Name, StringComparer.Ordinal).ThenBy(v => v.Info.Id.Value))
        {
            decisions.Add(WhyNot(vm, lost, view) ?? Place(vm, lost, view, room));
        }

        return [.. decisions.OrderByDescending(d => d.Action == RecoveryAction.Start)];
    }

    private static RecoveryDecision? WhyNot(LostVm vm, LostHost lost, RecoveryView view) =>
        vm.Tried is { } tried ? Told(vm, tried)
        : view.Policy.Mode == ScheduleMode.Observe ? Leave(vm, "the schedule policy recovers nothing")
        : !view.Policy.IsAbout(vm.Info) ? Leave(vm, "the schedule policy does not name it")
        : vm.ToldBy is { } other ? Leave(vm, $"host {other} tells of it too")
        : vm.LastSeen == VmState.Unknown ? Leave(vm, "whether it ran is unknown")
        : vm.LastSeen != VmState.Running ? Leave(vm, $"it was last seen {vm.LastSeen}, not running")
        : UnknownOf(vm.Info) is { } unknown ? Leave(vm, unknown)
        : LiveStorage.WhyBound(lost.Host, new LiveVm(vm.Info, vm.LastSeen, Metrics.VmFigures.Nothing(Metrics.UnknownReason.AgentAway))) is { } bound ? Leave(vm, bound)
        : vm.IsBusy ? new RecoveryDecision(vm, RecoveryAction.Wait, "another directive about it has not ended")
        : view.HeldBecause is { } held ? new RecoveryDecision(vm, RecoveryAction.Wait, held)
        : null;

    private static string? UnknownOf(VmInfo vm) => vm switch
    {
        { HasAutostart: null } => "whether its host starts it by itself when it boots is unknown",
        { HasAutostart: true } => "its host starts it by itself when it boots, and then it would run twice: start it by hand with recover, and take autostart from it before that host boots",
        { DefinitionDigest: null } => "no definition of it is known to be kept on storage that hosts share",
        { VcpuCount: <= 0 } or { MemoryBytes: <= 0 } => "what it was promised is unknown",
        _ => null,
    };

    private static RecoveryDecision Place(LostVm vm, LostHost lost, RecoveryView view, RecoveryRoom room)
    {
        (LiveHost? target, string why, bool isForNow) = room.Find(vm.Info);
        if (target is null)
        {
            return isForNow ? new(vm, RecoveryAction.Wait, why) : Leave(vm, why);
        }

        room.Take(target.Info.Id, vm.Info);
        bool starts = lost.IsConfirmed && view.Policy.Mode == ScheduleMode.Auto;
        return new(vm, starts ? RecoveryAction.Start : RecoveryAction.Recommend, why, target.Info);
    }

    private static RecoveryDecision Told(LostVm vm, RecoveryTry tried) => new(vm, RecoveryAction.Begun, tried.State switch
    {
        DirectiveState.Done => $"it was started on {tried.Host}",
        DirectiveState.None => $"it was tried on {tried.Host}, and what became of that is not known any more: it is for people",
        var state when DirectiveLife.IsEnded(state) => $"it was tried once, on {tried.Host}, and {state.ToString().ToLowerInvariant()}, so it is for people: {tried.Detail}",
        _ => $"it is being started on {tried.Host}",
    });

    private static RecoveryDecision Leave(LostVm vm, string why) => new(vm, RecoveryAction.Leave, why);
}
