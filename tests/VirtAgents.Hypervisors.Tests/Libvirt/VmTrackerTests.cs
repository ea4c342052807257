using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

public sealed class VmTrackerTests
{
    private static readonly Guid Uuid = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private static readonly VmCondition Running = VmCondition.Alive(VmState.Running, VmStateReason.Booted);
    private static readonly VmCondition Off = VmCondition.Ended(VmState.ShutOff, VmStateReason.Unspecified);
    private static readonly VmCondition Dead = VmCondition.Ended(VmState.Crashed, VmStateReason.Crashed);
    private readonly VmTracker _tracker = new();

    [Fact]
    public void Apply_ResumedThenStarted_IsOneStart()
    {
        See(Off, -1);

        Assert.Empty(Lifecycle(4, 0, 7));
        HostEvent started = Assert.Single(Lifecycle(2, 0, 7));
        Assert.Equal((HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted), (started.Kind, started.State, started.Reason));
    }

    [Fact]
    public void Apply_MigrationOut_IsOneDeparture()
    {
        See(Running, 7);

        Assert.Empty(Lifecycle(3, 1, 7));
        Assert.Equal([HostEventKind.VmMigratedOut], Kinds(Lifecycle(5, 3, -1)));
        Assert.Empty(Lifecycle(1, 0, -1));
        Assert.Null(_tracker.Find(Uuid));
    }

    [Fact]
    public void Apply_MigrationIn_IsOneArrivalWhenItRunsHere()
    {
        Assert.Empty(Lifecycle(2, 1, 7));
        Assert.True(_tracker.Find(Uuid)!.IsArriving);
        Assert.Empty(Lifecycle(0, 0, 7));
        Assert.True(_tracker.Find(Uuid)!.IsArriving);
        HostEvent arrived = Assert.Single(Lifecycle(4, 1, 7));
        Assert.Equal((HostEventKind.VmMigratedIn, VmState.Running, VmStateReason.Migrated), (arrived.Kind, arrived.State, arrived.Reason));
    }

    [Fact]
    public void Apply_MigrationInFails_TellsAndKeepsNothing()
    {
        _ = Lifecycle(2, 1, 7);

        Assert.Empty(Lifecycle(5, 5, -1));
        Assert.Null(_tracker.Find(Uuid));
    }

    [Fact]
    public void Apply_MigrationOutCalledOff_TellsNothing()
    {
        See(Running, 7);

        Assert.Empty(Lifecycle(3, 1, 7));
        Assert.Empty(Lifecycle(4, 1, 7));
        Assert.Equal(VmState.Running, _tracker.Find(Uuid)!.Condition.State);
    }

    [Fact]
    public void Apply_RebootsInARow_AreOne()
    {
        See(Running, 7);
        int told = Enumerable.Range(0, 13).Sum(i => Raw(RawEventKind.Reboot, 1000 + (i * 300)).Count);

        Assert.Equal(1, told);
        Assert.Single(Raw(RawEventKind.Reboot, 60_000));
    }

    [Fact]
    public void Apply_PanicWithDestroy_IsPanicThenCrash()
    {
        See(Running, 7);

        Assert.Equal([HostEventKind.VmPanicked], Kinds(Lifecycle(8, 0, 7)));
        HostEvent crashed = Assert.Single(Lifecycle(5, 2, -1));
        Assert.Equal((HostEventKind.VmCrashed, VmStateReason.Panicked), (crashed.Kind, crashed.Reason));
    }

    [Fact]
    public void Apply_PanicWithRestart_IsPanicThenReboot()
    {
        See(Running, 7);

        Assert.Equal([HostEventKind.VmPanicked], Kinds(Lifecycle(8, 0, 7)));
        HostEvent rebooted = Assert.Single(Raw(RawEventKind.Reboot, 2000));
        Assert.Equal((HostEventKind.VmRebooted, VmState.Running, VmStateReason.RestartedAfterCrash), (rebooted.Kind, rebooted.State, rebooted.Reason));
        Assert.Empty(Lifecycle(4, 0, 7));
    }

    [Fact]
    public void Apply_NoSpace_IsErrorThenPause()
    {
        See(Running, 7);
        RawEvent error = new(RawEventKind.IoError, 1000, Uuid, "vm", 7, 1, Device: "vda", Text: "enospc");

        HostEvent told = Assert.Single(_tracker.Apply(error));
        Assert.Equal((HostEventKind.VmIoError, "vda", VmStateReason.NoSpace), (told.Kind, told.Device, told.Reason));
        Assert.Empty(_tracker.Apply(error with { TimeUnixMs = 1100 }));
        HostEvent paused = Assert.Single(Lifecycle(3, 2, 7));
        Assert.Equal((HostEventKind.VmPaused, VmStateReason.NoSpace), (paused.Kind, paused.Reason));
        See(VmCondition.Alive(VmState.Paused, VmStateReason.IoError), 7);
        Assert.Equal(VmStateReason.NoSpace, _tracker.Find(Uuid)!.Condition.Reason);
    }

    [Fact]
    public void Apply_EndThatTheListHadAlready_TellsNothing()
    {
        See(Dead, -1);

        Assert.Empty(Lifecycle(5, 5, -1));
        Assert.Empty(Lifecycle(5, 0, -1));
    }

    [Fact]
    public void Apply_StartThatTheListHadAlready_TellsNothing()
    {
        See(Running, 7);

        Assert.Empty(Lifecycle(2, 0, 7));
        Assert.Equal([HostEventKind.VmStarted], Kinds(Lifecycle(2, 0, 8)));
    }

    [Fact]
    public void Apply_TransientVmEnds_IsForgotten()
    {
        See(Running, 7, persistent: false);

        Assert.Equal([HostEventKind.VmStopped, HostEventKind.VmUndefined], Kinds(Lifecycle(5, 0, -1)));
        Assert.Null(_tracker.Find(Uuid));
    }

    [Fact]
    public void Apply_UndefinedWhileItRuns_IsForgottenWhenItEnds()
    {
        See(Running, 7);

        Assert.Empty(Lifecycle(1, 0, 7));
        Assert.Equal([HostEventKind.VmCrashed, HostEventKind.VmUndefined], Kinds(Lifecycle(5, 5, -1)));
    }

    [Fact]
    public void Observe_DiedUnseen_IsCrashBeforeItIsObserved()
    {
        See(Running, 7);

        Assert.Equal([HostEventKind.VmCrashed, HostEventKind.VmObserved], Kinds(See(Dead, -1, tellAll: true)));
    }

    [Fact]
    public void Observe_EndedWithoutReason_IsNeitherCrashNorStop()
    {
        See(Running, 7);
        HostEvent told = Assert.Single(See(Off, -1, tellAll: true));

        Assert.Equal((HostEventKind.VmObserved, VmState.ShutOff, VmStateReason.EndedUnseen), (told.Kind, told.State, told.Reason));
    }

    [Fact]
    public void Observe_DaemonForgotWhy_KeepsWhatWasKnown()
    {
        See(Running, 7);
        _ = Lifecycle(5, 5, -1);
        HostEvent told = Assert.Single(See(Off, -1, tellAll: true));

        Assert.Equal((VmState.Crashed, VmStateReason.Crashed), (told.State, told.Reason));
    }

    [Fact]
    public void Observe_Absent_IsUndefinedAndNeverACrash()
    {
        See(Running, 7);
        IReadOnlyList<HostEvent> events = _tracker.Observe([], tellAll: true, first: false, 5000);

        Assert.Equal([HostEventKind.VmUndefined], Kinds(events));
    }

    [Fact]
    public void Observe_FirstTime_TellsConditionsOnly() =>
        Assert.Equal([HostEventKind.VmObserved], Kinds(See(Dead, -1, tellAll: true, first: true)));

    [Fact]
    public void Apply_AnySequence_CrashOnlyOnEvidenceAndEndsOnlyOfWhatLived()
    {
        Gen<(int, int)> step = Gen.Select(Gen.Int[0, 8], Gen.Int[0, 8]);
        step.Array[0, 30].Sample(steps =>
        {
            var tracker = new VmTracker();
            bool alive = false;
            foreach ((int code, int detail) in steps)
            {
                IReadOnlyList<HostEvent> events = tracker.Apply(new RawEvent(RawEventKind.Lifecycle, 1, Uuid, "vm", 7, code, detail));
                foreach (HostEvent happened in events)
                {
                    bool ends = happened.Kind is HostEventKind.VmCrashed or HostEventKind.VmMigratedOut;
                    if (ends && (!alive || code != 5))
                    {
                        return false;
                    }

                    if (happened.Kind == HostEventKind.VmCrashed && detail is not (2 or 5))
                    {
                        return false;
                    }
                }

                alive = tracker.Find(Uuid)?.Condition.IsAlive ?? false;
            }

            return true;
        });
    }

    private static HostEventKind[] Kinds(IEnumerable<HostEvent> events) => [.. events.Select(happened => happened.Kind)];

    private IReadOnlyList<HostEvent> Lifecycle(int code, int detail, int id) =>
        _tracker.Apply(new RawEvent(RawEventKind.Lifecycle, 1000, Uuid, "vm", id, code, detail));

    private IReadOnlyList<HostEvent> Raw(RawEventKind kind, long time) => _tracker.Apply(new RawEvent(kind, time, Uuid, "vm", 7));

    private IReadOnlyList<HostEvent> See(VmCondition condition, int id, bool persistent = true, bool tellAll = false, bool first = false) =>
        _tracker.Observe([new VmObservation(Uuid, "vm", condition, id, persistent, "listed")], tellAll, first, 5000);
}
