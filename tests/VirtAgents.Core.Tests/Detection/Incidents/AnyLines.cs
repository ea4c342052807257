using CsCheck;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.Incidents.Rack;

namespace VirtAgents.Core.Tests.Detection.Incidents;

/// <summary>Lines about a small rack, for properties that hold for any of them.</summary>
internal static class AnyLines
{
    public const int Hosts = 3, VmsPerHost = 4;

    public static readonly Gen<Action<Rack>> Any = Gen.Select(Gen.Int[0, Hosts - 1], Gen.Int[0, VmsPerHost - 1], Gen.Int[0, 18]).Select((host, vm, what) => (Action<Rack>)(rack => _ = what switch
    {
        0 => rack.Crash(host, vm),
        1 => rack.Tell(host, HostEventKind.VmObserved, vm, VmStateReason.Booted, VmState.Running),
        2 => rack.PauseByIoError(host, vm),
        3 => rack.Resume(host, vm),
        4 => rack.Tell(host, HostEventKind.PoolFailed, device: San),
        5 => rack.Tell(host, HostEventKind.PoolRestored, device: San),
        6 => rack.Tell(host, HostEventKind.VmStuck, vm, state: VmState.Stuck),
        7 => rack.Tell(host, HostEventKind.VmUnstuck, vm, state: VmState.Running),
        8 => rack.Tell(host, HostEventKind.HostSuspected).LoseSight(host, VmStateReason.HostSilent),
        9 => rack.Tell(host, HostEventKind.HostRecovered),
        10 => rack.Tell(host, HostEventKind.AgentConnected),
        11 => rack.Tell(host, HostEventKind.VmKnownAgain, vm, state: VmState.Running),
        12 => rack.Tell(host, HostEventKind.PoolFull, device: Local),
        13 => rack.Tell(host, HostEventKind.PoolSpaceRestored, device: Local),
        14 => rack.Tell(host, HostEventKind.VmStopped, vm, VmStateReason.CleanShutdown, VmState.ShutOff),
        15 => rack.Tell(host, HostEventKind.HostLost),
        16 => rack.Tell(host, HostEventKind.HostPartitioned),
        17 => rack.Tell(host, HostEventKind.AgentDead),
        _ => rack.Tell(host, HostEventKind.InterfaceDown, device: "eth0"),
    }));

    /// <summary>The same, and time that passes, now and then long.</summary>
    public static readonly Gen<Action<Rack>> InTime = Gen.Frequency(
        (6, Any),
        (1, Gen.Int[1, 100].Select(seconds => (Action<Rack>)(rack => rack.Pass(seconds)))),
        (1, Gen.Int[100, 1_900].Select(seconds => (Action<Rack>)(rack => rack.Pass(seconds)))));

    public static Rack New() => new(Hosts, VmsPerHost, onSan: 2);

    public static void Play(Rack rack, List<Action<Rack>> lines)
    {
        foreach (Action<Rack> line in lines)
        {
            line(rack.Wait(2));
        }
    }
}
