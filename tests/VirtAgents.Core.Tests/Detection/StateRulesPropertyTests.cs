using CsCheck;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.HostUnderTest;

namespace VirtAgents.Core.Tests.Detection;

public sealed class StateRulesPropertyTests
{
    private static readonly VmState[] Ended = [VmState.ShutOff, VmState.Crashed, VmState.MigratedAway, VmState.Gone];

    private static readonly Gen<VmId> AnyVm = Gen.Bool.Select(first => first ? A : B);

    private static readonly Gen<VmState> AnyState = Gen.Int[0, 9].Select(n => (VmState)n);

    private static readonly Gen<VmStateReason> AnyReason = Gen.Int[0, 25].Select(n => (VmStateReason)n);

    private static readonly Gen<HostEventKind> AnyKind = Gen.OneOf(Gen.Int[1, 22], Gen.Int[30, 41]).Select(n => (HostEventKind)n);

    private static readonly Gen<Action<HostUnderTest, long>> Happening = Gen.Select(AnyKind, AnyVm, AnyState, AnyReason, Gen.Int[0, 5])
        .Select((kind, vm, state, reason, back) => (Action<HostUnderTest, long>)((host, time) => host.Event(kind, time, kind < HostEventKind.HypervisorLost ? vm : null, state, reason, back == 0 ? 1 : 0)));

    private static readonly Gen<Action<HostUnderTest, long>> Tick = Gen.Select(AnyState, AnyState, Gen.Bool)
        .Select((a, b, empty) => (Action<HostUnderTest, long>)((host, time) => _ = empty ? host.Report(time) : host.Report(time, (A, a), (B, b))));

    // Nothing among these is evidence of how a VM is.
    private static readonly Action<HostUnderTest, long>[] Weathers =
    [
        (host, _) => host.Close(),
        (host, _) => host.Close(onPurpose: true),
        (host, _) => host.Open(),
        (host, _) => host.Open(other: true),
        (host, _) => host.Open(other: true, continuous: false),
        (host, _) => host.Silent(),
        (host, _) => host.Heard(),
        (host, _) => host.Missing(2),
        (host, time) => host.Report(time),
        (host, time) => host.Event(HostEventKind.HypervisorLost, time),
        (host, time) => host.Event(HostEventKind.HypervisorRestored, time),
        (host, time) => host.Event(HostEventKind.ClockJumped, time),
        (host, time) => host.Event(HostEventKind.VmIoError, time, A),
        (host, _) => host.Inventory(A, B),
    ];

    private static readonly Gen<Action<HostUnderTest, long>> Weather = Gen.Int[0, Weathers.Length - 1].Select(i => Weathers[i]);

    private static readonly Gen<Action<HostUnderTest, long>> Anything = Gen.OneOf(Happening, Tick, Weather);

    [Fact]
    public void Observe_AnyInputsTwice_GiveTheSameFeedAndState() =>
        Anything.List[0, 60].Sample(inputs =>
        {
            HostUnderTest first = Play(Connected(), inputs), second = Play(Connected(), inputs);
            Assert.Equal(first.Feed, second.Feed);
            Assert.Equal(first.State.Vms.OrderBy(v => v.Key.Value), second.State.Vms.OrderBy(v => v.Key.Value));
        });

    [Fact]
    public void Observe_NoEvidence_NeverCrashesNorEndsAVm() =>
        Weather.List[0, 80].Sample(inputs =>
        {
            HostUnderTest host = Play(Connected(), inputs);
            Assert.DoesNotContain(host.Feed, e => e.Event.Kind is HostEventKind.VmCrashed or HostEventKind.VmStopped or HostEventKind.VmStarted);
            Assert.DoesNotContain(host.Vm(A).State, Ended);
            Assert.Contains(host.Vm(A).State, new[] { VmState.Unknown, VmState.Running });
            Assert.Contains(host.Vm(B).State, new[] { VmState.Unknown, VmState.ShutOff });
            Assert.Equal(VmState.Running, host.Vm(A).LastKnownState);
        });

    [Fact]
    public void Observe_AnyInputs_EveryChangeOfStateHasItsEvent() =>
        Anything.List[0, 60].Sample(inputs =>
        {
            HostUnderTest host = Connected();
            long time = 10_000;
            foreach (Action<HostUnderTest, long> input in inputs)
            {
                Dictionary<VmId, VmCondition> before = host.State.Vms.ToDictionary();
                host.Feed.Clear();
                input(host, time += 7_000);
                foreach ((VmId id, VmCondition vm) in host.State.Vms)
                {
                    bool changed = before[id].State != vm.State && before[id].State != VmState.Gone;
                    Assert.True(!changed || host.Feed.Any(e => e.Event.Vm == id && e.Event.State == vm.State), $"{before[id]} > {vm}");
                }
            }
        });

    [Fact]
    public void Observe_UnknownVm_BecomesOffOnlyByAnInputThatSaysSo() =>
        Anything.List[0, 60].Sample(inputs =>
        {
            HostUnderTest host = Connected();
            long time = 10_000;
            foreach (Action<HostUnderTest, long> input in inputs)
            {
                VmCondition before = host.Vm(A);
                host.Feed.Clear();
                input(host, time += 7_000);
                VmCondition after = host.Vm(A);
                if (before.State == VmState.Unknown && after.State is VmState.ShutOff or VmState.Crashed && before.State != after.State)
                {
                    Assert.True(host.Feed.Any(e => e.Event.Vm == A) || before.HeldState == after.State);
                    Assert.True(after.Cause != HostEventKind.VmKnownAgain || before.HeldState == after.State);
                }
            }
        });

    private static HostUnderTest Play(HostUnderTest host, List<Action<HostUnderTest, long>> inputs)
    {
        long time = 10_000;
        foreach (Action<HostUnderTest, long> input in inputs)
        {
            input(host, time += 7_000);
        }

        return host;
    }
}
