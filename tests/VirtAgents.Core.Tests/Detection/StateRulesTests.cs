using System.Collections.Immutable;
using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;
using static VirtAgents.Core.Tests.Detection.HostUnderTest;

namespace VirtAgents.Core.Tests.Detection;

public sealed class StateRulesTests
{
    public static TheoryData<HostEventKind, VmState, VmStateReason, string> Transitions => new()
    {
        // What agents tell of running VM A, and the one line of the feed that must follow.
        { HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.CleanShutdown, "VmStopped a Running>ShutOff CleanShutdown" },
        { HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Destroyed, "VmStopped a Running>ShutOff Destroyed" },
        { HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Saved, "VmStopped a Running>ShutOff Saved" },
        { HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Crashed, "VmCrashed a Running>Crashed Crashed" },
        { HostEventKind.VmStopped, VmState.ShutOff, VmStateReason.Migrated, "VmMigratedOut a Running>MigratedAway Migrated" },
        { HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed, "VmCrashed a Running>Crashed Crashed" },
        { HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Panicked, "VmCrashed a Running>Crashed Panicked" },
        { HostEventKind.VmPaused, VmState.Paused, VmStateReason.UserPaused, "VmPaused a Running>Paused UserPaused" },
        { HostEventKind.VmPaused, VmState.Paused, VmStateReason.NoSpace, "VmPaused a Running>Paused NoSpace" },
        { HostEventKind.VmPaused, VmState.PmSuspended, VmStateReason.Unspecified, "VmPaused a Running>PmSuspended Unspecified" },
        { HostEventKind.VmStuck, VmState.Stuck, VmStateReason.MonitorBlocked, "VmStuck a Running>Stuck MonitorBlocked" },
        { HostEventKind.VmMigratedOut, VmState.MigratedAway, VmStateReason.Migrated, "VmMigratedOut a Running>MigratedAway Migrated" },
        { HostEventKind.VmProcessExited, VmState.Unknown, VmStateReason.ProcessExited, "VmProcessExited a Running>Unknown ProcessExited" },
        { HostEventKind.VmIoError, VmState.Unknown, VmStateReason.IoError, "VmIoError a Running>Running IoError" },
        { HostEventKind.VmRebooted, VmState.Running, VmStateReason.Unspecified, "VmRebooted a Running>Running Unspecified" },
        { HostEventKind.VmUndefined, VmState.Unknown, VmStateReason.Undefined, "VmUndefined a Running>Running Undefined" },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Observe_EventOfRunningVm_TellsExactlyOneLine(HostEventKind kind, VmState state, VmStateReason reason, string expected)
    {
        HostUnderTest host = Connected().Event(kind, 2_000, A, state, reason);
        Assert.Equal([expected], host.News);
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Observe_SameEventTwice_ChangesStateOnce(HostEventKind kind, VmState state, VmStateReason reason, string expected)
    {
        HostUnderTest host = Connected().Event(kind, 2_000, A, state, reason);
        VmCondition first = host.Vm(A);
        host.Event(kind, 2_050, A, state, reason);
        Assert.Equal(first.State, host.Vm(A).State);
        Assert.True(expected.Contains(">Running", StringComparison.Ordinal) || host.Feed.Count == 1, string.Join("; ", host.News));
    }

    [Fact]
    public void Observe_ProcessExitThenCrash_IsOneCrash()
    {
        HostUnderTest host = Connected()
            .Event(HostEventKind.VmProcessExited, 2_000, A)
            .Event(HostEventKind.VmCrashed, 2_300, A, VmState.Crashed, VmStateReason.Crashed)
            .Event(HostEventKind.VmProcessExited, 2_301, A);
        Assert.Equal(["VmProcessExited a Running>Unknown ProcessExited", "VmCrashed a Unknown>Crashed Crashed"], host.News);
    }

    [Fact]
    public void Observe_CrashThenProcessExit_IsOneCrash()
    {
        HostUnderTest host = Connected().Event(HostEventKind.VmCrashed, 2_000, A, VmState.Crashed, VmStateReason.Crashed).Event(HostEventKind.VmProcessExited, 2_100, A);
        Assert.Equal(["VmCrashed a Running>Crashed Crashed"], host.News);
    }

    [Fact]
    public void Observe_PanicThenCrash_TellsBoth()
    {
        HostUnderTest host = Connected()
            .Event(HostEventKind.VmPanicked, 2_000, A, VmState.Crashed, VmStateReason.Panicked)
            .Event(HostEventKind.VmCrashed, 2_001, A, VmState.Crashed, VmStateReason.Panicked)
            .Event(HostEventKind.VmCrashed, 2_002, A, VmState.Crashed, VmStateReason.Panicked);
        Assert.Equal(["VmPanicked a Running>Crashed Panicked", "VmCrashed a Crashed>Crashed Panicked"], host.News);
    }

    [Fact]
    public void Observe_ResumedBeforeStarted_IsOneStart()
    {
        HostUnderTest host = Connected()
            .Event(HostEventKind.VmResumed, 2_000, B, VmState.Running, VmStateReason.Unpaused)
            .Event(HostEventKind.VmStarted, 2_001, B, VmState.Running, VmStateReason.Booted);
        Assert.Equal(["VmStarted b ShutOff>Running Booted"], host.News);
    }

    [Fact]
    public void Observe_StuckAndUnstuck_ReturnsToStateBefore()
    {
        HostUnderTest host = Connected().Event(HostEventKind.VmStuck, 2_000, A);
        Assert.Equal((VmState.Stuck, VmState.Running), (host.Vm(A).State, host.Vm(A).LastKnownState));
        host.Event(HostEventKind.VmUnstuck, 3_000, A);
        Assert.Equal(["VmStuck a Running>Stuck MonitorBlocked", "VmUnstuck a Stuck>Running Unspecified"], host.News);
    }

    [Fact]
    public void Observe_HypervisorLostAndRestored_TellsOnlyRealDifferences()
    {
        HostUnderTest host = Connected().Event(HostEventKind.HypervisorLost, 2_000);
        Assert.Equal(["HypervisorLost", "VmUnknown a Running>Unknown HypervisorLost", "VmUnknown b ShutOff>Unknown HypervisorLost"], host.News);
        Assert.Equal((VmState.Unknown, VmState.Running), (host.Vm(A).State, host.Vm(A).LastKnownState));

        host.Report(4_000).Event(HostEventKind.VmObserved, 9_000, A, VmState.Crashed, VmStateReason.Crashed)
            .Event(HostEventKind.VmObserved, 9_001, B, VmState.ShutOff).Event(HostEventKind.HypervisorRestored, 9_002);
        Assert.Equal(["VmCrashed a Unknown>Crashed Crashed", "VmKnownAgain b Unknown>ShutOff CleanShutdown", "HypervisorRestored"], host.News);
    }

    [Fact]
    public void Observe_ReportWhileHypervisorLost_LeavesVmsUnknown()
    {
        HostUnderTest host = Connected().Event(HostEventKind.HypervisorLost, 2_000).Report(30_000);
        Assert.Equal(VmState.Unknown, host.Vm(A).State);
        Assert.Equal(HypervisorPresence.Lost, host.State.Hypervisor);
    }

    [Fact]
    public void Observe_SampleBegunBeforeHypervisorWasLost_DoesNotMakeVmKnown()
    {
        HostUnderTest host = Connected().Event(HostEventKind.HypervisorLost, 2_000).Report(2_001, (A, VmState.Running));
        Assert.Equal(VmState.Unknown, host.Vm(A).State);
    }

    [Fact]
    public void Observe_AgentLost_MakesVmsUnknownAndReportHealsThem()
    {
        HostUnderTest host = Connected().Close();
        Assert.Equal(["AgentLost", "VmUnknown a Running>Unknown AgentLost", "VmUnknown b ShutOff>Unknown AgentLost"], host.News);
        host.Open().Report(6_000);
        Assert.Equal(["AgentConnected", "VmKnownAgain a Unknown>Running Booted", "VmKnownAgain b Unknown>ShutOff CleanShutdown"], host.News);
        Assert.Equal(900, host.Vm(A).SinceUnixMs);
    }

    [Fact]
    public void Observe_CrashWhileAgentWasAway_IsTheOnlyNewsOfThatVm()
    {
        HostUnderTest host = Connected().Close();
        _ = host.News;
        host.Open().Event(HostEventKind.VmCrashed, 4_000, A, VmState.Crashed, VmStateReason.Crashed, sequence: 50).Slow(3_000, 40, (A, VmState.Running));
        Assert.Equal(["AgentConnected", "VmCrashed a Unknown>Crashed Crashed", "VmKnownAgain b Unknown>ShutOff CleanShutdown"], host.News);
        Assert.Equal(4_000, host.Vm(A).SinceUnixMs);
    }

    [Fact]
    public void Observe_MessagesMissing_KeepsVmsUnknownUntilSomethingIsSeen()
    {
        HostUnderTest host = Connected().Missing(3);
        Assert.Equal(["SamplesDropped", "VmUnknown a Running>Unknown NotYetSeen", "VmUnknown b ShutOff>Unknown NotYetSeen"], host.News);
        host.Report(20_000, (A, VmState.Running)).Close().Open().Report(30_000);
        Assert.Equal(VmState.Running, host.Vm(A).State);
        Assert.Equal(VmState.Unknown, host.Vm(B).State);
    }

    [Fact]
    public void Observe_OtherSequenceSpace_DoesNotTrustWhatWasHeld()
    {
        HostUnderTest host = Connected().Close().Open(other: true, continuous: false).Report(6_000);
        Assert.Equal(VmState.Unknown, host.Vm(A).State);
        host.Event(HostEventKind.VmObserved, 7_000, A, VmState.ShutOff, VmStateReason.CleanShutdown);
        Assert.Equal(VmState.ShutOff, host.Vm(A).State);
        Assert.Contains("VmStopped a Unknown>ShutOff CleanShutdown", host.News);
    }

    [Fact]
    public void Observe_Silence_IsSuspicionOnly()
    {
        HostUnderTest host = Connected().Silent().Silent();
        Assert.Equal(["HostSuspected", "VmUnknown a Running>Unknown HostSilent", "VmUnknown b ShutOff>Unknown HostSilent"], host.News);
        host.Heard().Report(6_000);
        Assert.Equal(["HostRecovered", "VmKnownAgain a Unknown>Running Booted", "VmKnownAgain b Unknown>ShutOff CleanShutdown"], host.News);
    }

    [Theory]
    [InlineData(HostStanding.Lost, "HostLost")]
    [InlineData(HostStanding.Partitioned, "HostPartitioned")]
    [InlineData(HostStanding.AgentDead, "AgentDead")]
    public void Observe_VerdictOnASilentHost_IsToldOnceAndTakenBack(HostStanding standing, string told)
    {
        HostUnderTest host = Connected().Silent();
        host.Feed.Clear();
        Assert.Equal([told], host.Judged(standing).Judged(standing).Judged(HostStanding.Unproven).News);
        Assert.Equal((VmState.Unknown, VmStateReason.HostSilent), (host.Vm(A).State, host.Vm(A).Reason));
        Assert.Equal(["HostRecovered", "VmKnownAgain a Unknown>Running Booted", "VmKnownAgain b Unknown>ShutOff CleanShutdown"], host.Heard().Report(6_000).News);
        Assert.Equal(HostStanding.Unproven, host.State.Standing);
    }

    [Fact]
    public void Observe_VerdictAfterTheStreamBroke_IsTakenBackByTheNextOne()
    {
        HostUnderTest host = Connected().Close();
        host.Feed.Clear();
        Assert.Equal(["AgentDead", "HostLost"], host.Judged(HostStanding.AgentDead).Judged(HostStanding.Lost).News);
        Assert.Equal(["AgentConnected", "HostRecovered"], host.Open().News);
    }

    [Fact]
    public void Observe_VerdictOnAHostThatIsHeardOrStopped_IsNothing()
    {
        Assert.Empty(Connected().Judged(HostStanding.Lost).News);
        HostUnderTest stopped = Connected().Close(onPurpose: true);
        stopped.Feed.Clear();
        Assert.Empty(stopped.Judged(HostStanding.Lost).News);
    }

    [Fact]
    public void Observe_AgentStopped_IsNotLost()
    {
        HostUnderTest host = Connected().Close(onPurpose: true);
        Assert.Equal("AgentStopped", host.News[0]);
        Assert.Equal((AgentPresence.Stopped, VmState.Unknown), (host.State.Agent, host.Vm(A).State));
    }

    [Fact]
    public void Observe_VmMissingFromSample_IsNotOff()
    {
        HostUnderTest host = Connected().Report(20_000).Report(40_000, (B, VmState.ShutOff));
        Assert.Equal(VmState.Running, host.Vm(A).State);
        Assert.Empty(host.News);
    }

    [Fact]
    public void Observe_SampleThatDiffers_IsTheTransition()
    {
        HostUnderTest host = Connected().Report(20_000, (A, VmState.Paused), (B, VmState.Running)).Report(40_000, (A, VmState.Paused), (B, VmState.Crashed));
        Assert.Equal(
            ["VmPaused a Running>Paused Unspecified", "VmStarted b ShutOff>Running Unspecified", "VmCrashed b Running>Crashed Crashed"], host.News);
    }

    [Fact]
    public void Observe_SampleRightAfterEvent_DoesNotContradictIt()
    {
        HostUnderTest host = Connected().Event(HostEventKind.VmCrashed, 20_000, A, VmState.Crashed, VmStateReason.Crashed).Report(20_500, (A, VmState.Running));
        Assert.Equal(VmState.Crashed, host.Vm(A).State);
        host.Report(35_000, (A, VmState.Running));
        Assert.Equal(["VmCrashed a Running>Crashed Crashed", "VmStarted a Crashed>Running Unspecified"], host.News);
    }

    [Fact]
    public void Observe_EventThatWasOvertaken_IsToldWithItsTimeAndChangesNothing()
    {
        HostUnderTest host = Connected()
            .Event(HostEventKind.VmStopped, 4_000, A, VmState.ShutOff, VmStateReason.CleanShutdown, sequence: 20)
            .Event(HostEventKind.VmPaused, 3_000, A, VmState.Paused, VmStateReason.UserPaused, sequence: 15);
        Assert.Equal(VmState.ShutOff, host.Vm(A).State);
        Assert.Equal(3_000, host.Feed[1].Event.TimeUnixMs);
        Assert.Equal(HostEventKind.VmPaused, host.Feed[1].Event.Kind);
    }

    [Fact]
    public void Observe_ClockJumpedBack_StillTakesSamples()
    {
        HostUnderTest host = Connected()
            .Event(HostEventKind.VmPaused, 9_000_000, A, VmState.Paused, VmStateReason.UserPaused)
            .Event(HostEventKind.ClockJumped, 20_000).Report(30_000, (A, VmState.Running));
        Assert.Equal(VmState.Running, host.Vm(A).State);
    }

    [Fact]
    public void Observe_EndOfMigratedVm_IsNeitherStopNorCrash()
    {
        HostUnderTest host = Connected().Event(HostEventKind.VmPaused, 2_000, A, VmState.Paused, VmStateReason.MigrationPause)
            .Event(HostEventKind.VmMigratedOut, 2_100, A).Event(HostEventKind.VmProcessExited, 2_200, A)
            .Event(HostEventKind.VmStopped, 2_200, A, VmState.ShutOff).Event(HostEventKind.VmCrashed, 2_300, A, VmState.Crashed)
            .Report(20_000, (A, VmState.ShutOff)).Inventory(B);
        Assert.Equal(["VmPaused a Running>Paused MigrationPause", "VmMigratedOut a Paused>MigratedAway Migrated"], host.News);
    }

    [Fact]
    public void Observe_VmLeavesInventory_IsGoneOnlyWhenItWasOff()
    {
        HostUnderTest host = Connected().Inventory();
        Assert.Equal(["VmUnknown a Running>Unknown Undefined", "VmUndefined b ShutOff>Gone Undefined"], host.News);
    }

    [Fact]
    public void Observe_EmptyInventoryOfNewAgent_SaysNothingAboutVms()
    {
        HostUnderTest host = Connected().Close(onPurpose: true).Open(other: true).Inventory().Report(6_000);
        Assert.Equal((VmState.Unknown, VmState.Running), (host.Vm(A).State, host.Vm(A).LastKnownState));
        Assert.Equal((VmState.Unknown, VmState.ShutOff), (host.Vm(B).State, host.Vm(B).LastKnownState));
    }

    [Fact]
    public void Observe_RememberedStateConfirmed_TellsNothing()
    {
        HostUnderTest host = Of(Restarted()).Open().Inventory(A, B).Report(50_000, (A, VmState.Running));
        Assert.Equal(["AgentConnected"], host.News);
        Assert.Equal((VmState.Running, VmState.ShutOff), (host.Vm(A).State, host.Vm(B).State));
    }

    [Fact]
    public void Observe_RememberedVmCrashedMeanwhile_IsCrash()
    {
        HostUnderTest host = Of(Restarted()).Open(other: true).Inventory(A, B)
            .Event(HostEventKind.VmObserved, 50_000, A, VmState.Crashed, VmStateReason.Crashed);
        Assert.Equal(["AgentConnected", "VmCrashed a Unknown>Crashed Crashed"], host.News);
    }

    [Fact]
    public void Observe_FirstSightOfCrashedVm_IsNoCrash()
    {
        HostUnderTest host = new HostUnderTest().Open(continuous: false).Inventory(A)
            .Event(HostEventKind.VmObserved, 900, A, VmState.Crashed, VmStateReason.Crashed);
        Assert.Equal(["AgentConnected", "VmObserved a Unknown>Crashed Crashed"], host.News);
    }

    private static HostState Restarted()
    {
        HostState before = Connected().State;
        return HostState.New(Info) with
        {
            Vms = before.Vms.ToImmutableDictionary(v => v.Key, v => VmCondition.Remembered(v.Key, v.Value.Name, v.Value.State, v.Value.Reason, v.Value.SinceUnixMs, v.Value.State)),
        };
    }
}
