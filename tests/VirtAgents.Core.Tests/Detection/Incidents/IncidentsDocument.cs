using System.Globalization;
using System.Text;
using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Core.Tests.Detection.Incidents;

/// <summary>Writes docs/incidents.md from the kinds of findings.</summary>
internal static class IncidentsDocument
{
    private const string Introduction =
        """
        # Incidents

        This page is generated from `FindingKinds`; a test fails when it does not agree with them and rewrites it when
        `VIRTAGENTS_REWRITE_DOCS=1` is set.

        A **finding** is one thing that is wrong with one element: a VM, a host, a pool or an interface. An **incident** is one
        cause with all that it led to: its root, and the findings that the root explains, which are its symptoms. Findings
        come from lines of the event feed. All of it is a pure function of the feed, the inventories and the time, so that live,
        replayed and simulated hosts give the same incidents.

        ## Findings

        | Kind | No. | Severity | Begins with | Ends with | Ends by itself |
        |---|--:|---|---|---|---|

        """;

    private const string Rules =
        """

        Severities: *information* is worth knowing; *warning*: something works worse, or may soon stop; *error*: something does
        not work, or cannot be seen; *critical*: a VM, or a part that many VMs need, has stopped. An incident has the greatest
        severity that any of its findings ever had.

        - A clean stop, an ordered end, a pause by a user, a migration, and a VM that ended while nobody could see it are no findings.
        - A restarted collector finds nothing by itself: a VM whose state it has not heard yet is unknown, not out of sight.
        - An agent that stops on purpose leaves nothing wrong behind, though its VMs are out of sight.
        - A removed device is told in the same way whether somebody ordered it or not; that is why it is only information.

        ### Order

        Lines may come twice, late and in any order. Each finding is a register that the newest line writes: an end counts when
        it is not older than the beginning, and a beginning counts when no later end is known. Time is that of the host, but
        never later than when the line was received, so that the clock of a host that runs ahead does no harm; a host whose clock
        is behind that of the host where a VM ran before can hide the end of a finding of that VM. After a jump of a clock,
        order of arrival decides. What the collector concluded itself, and whether a VM is in sight, goes by its own clock.

        ### Hosts that tell the same

        The failure of a pool that hosts of a cluster share (types `netfs`, `rbd`, `gluster`, `iscsi`, `iscsi-direct`,
        `sheepdog`, `vstorage`, and directories of which its hosts say so) is one finding. The hosts that tell it are its witnesses, and it ends when none of them tells it any more.

        A host out of sight says nothing, so it neither ends what it told nor keeps it for ever. An agent that starts anew tells
        what is wrong at its first reading, but not what is right again. Therefore what was told before a host went out of
        sight and is not told again ends 15 minutes after the agent last went or came. A failed pool stays as long as VMs
        suffer from it. A witness that has been away for 2 minutes does not count against another one that tells the end. The
        same holds for a full pool, a slow disk, an interface, and a hypervisor.

        A VM that was out of sight counts as in sight when a line tells its state, and 2 minutes after its agent is back: a
        collector that was restarted does not tell that a state is known again. While the hypervisor of the host is lost this does not begin.

        ## Folding

        Who explains whom, where the one concerns, or depends on, the element of the other. Later rows lie deeper; of several
        causes the deepest counts, of equals the oldest incident.

        | Cause | Explains |
        |---|---|

        """;

    private const string Life =
        """

        A VM depends on the pools of its disks, its networks and its host; a pool of one host and an interface on that host.
        Failed requests depend on the pool of the disk that they name only. A slow disk of a host explains trouble only of VMs
        with a disk in a pool of that host's own. Where nothing is known of a VM, nothing explains its findings: better two
        incidents than a wrong cause.

        - A finding **joins** the active incident whose root explains it, for as long as the root holds and for 2 minutes after.
        - A finding that explains the roots of other incidents **takes over**: it becomes the root of the oldest, the others are
          merged into that. Where both concern the same element always; otherwise only incidents that began within the last
          2 minutes, by the clock of the collector.
        - A root may be **concluded** when nothing explains the findings: `PoolSuspected` from 3 VMs that share a pool and have trouble
          with their disks (paused for it, or failed requests) within 60 seconds; `HostTroubled` from 3 VMs of one host that crash,
          panic or hang within 60 seconds. If all of them hang and share a pool with other hosts, the pool lies deeper and is
          suspected. A concluded root ends with the last of its symptoms, takes new ones for 10 minutes after the last, and gives
          way, without a trace, to a true cause of the same element or to one that explains everything of it.

        ## Life

        - **Opened**, and from then on **changed**: a symptom is added or holds again, one ends, the root changes.
        - The root may end while symptoms hold (the pool has space again, its VMs stand still). The incident stays open,
          with a suggestion that fits.
        - **Resolved** when nothing of it holds. The same root within 30 minutes **reopens** it under the same identity; what
          somebody said about it before is taken back, since it was about what was over.
        - When it comes back 3 times within 30 minutes it **flaps**. From then on it is resolved only after 10 minutes in which
          nothing of it holds, and its comings and goings are told as changes, not as returns.
        - **Acknowledged** by somebody who takes it on; **merged** when it turns out to be part of another one.
        - **Silenced** when a silence covers its root; one of a host covers what is on it. Silences keep nothing from being recorded. They are judged when an incident
          is opened, comes back or gets another root, when silences are set, and when one begins or ends by its time.
        - After a restart of the collector active incidents go on: what held then holds until lines tell otherwise.

        Suggestions name a directive only where it destroys nothing and the state of what it would act on is known: start what
        crashed, resume what stands still once its pool works again, keep more from being placed on a host in trouble, enlarge a
        balloon where the host has the memory.

        ## Limits

        Kept are at most 10,000 incidents (the oldest resolved go first), of each 2,000 symptoms (of more the number), 100,000
        findings that hold, and what the newest lines of 20,000 hosts and 100,000 VMs told. Findings beyond are counted
        (`FindingsLeftOut`). Unknown after a restart are only the boots and returns before it, by which boot loops and flapping are told.

        """;

    public static string Write()
    {
        StringBuilder text = new(Introduction.ReplaceLineEndings("\n"));
        foreach (FindingKindInfo kind in FindingKinds.All)
        {
            (string begins, string ends) = LinesOf(kind.Kind);
            string quiet = kind.QuietMs > 0 ? string.Create(CultureInfo.InvariantCulture, $"{kind.QuietMs / 60_000} min after it was told last") : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{kind.Kind}` | {(int)kind.Kind} | {kind.Severity.ToString().ToLowerInvariant()} | {begins} | {ends} | {quiet} |\n");
        }

        text.Append(Rules.ReplaceLineEndings("\n"));
        foreach (FindingKind cause in FindingKinds.All.Select(k => k.Kind).Where(k => FindingKinds.ExplainedBy(k).Count > 0).OrderBy(FindingKinds.DepthOf))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{cause}` | {string.Join(", ", FindingKinds.ExplainedBy(cause).Select(k => $"`{k}`"))} |\n");
        }

        return text.Append(Life.ReplaceLineEndings("\n")).ToString();
    }

    private static (string Begins, string Ends) LinesOf(FindingKind kind) => kind switch
    {
        FindingKind.VmCrashed => ("`VmCrashed`; `VmStopped` by a crash", "a line that tells another state; not one that found the VM off without knowing why"),
        FindingKind.VmPanicked => ("`VmPanicked`", "a line that tells that the VM runs or has ended on purpose"),
        FindingKind.VmPausedByIoError => ("`VmPaused`, `VmObserved`: paused for `IoError`", "a line that tells another state, or a pause for another reason"),
        FindingKind.VmPausedForSpace => ("`VmPaused`, `VmObserved`: paused for `NoSpace`", "a line that tells another state, or a pause for another reason"),
        FindingKind.VmIoErrors => ("`VmIoError` that no such pause follows within 3 s", "such a pause; the end of the VM"),
        FindingKind.VmBootLoop => ("3 `VmStarted` or `VmRebooted` within 10 min", "`VmMigratedOut`, `VmUndefined`"),
        FindingKind.VmHung => ("`VmStuck`", "`VmUnstuck`, or a line that tells another state"),
        FindingKind.VmOutOfSight => ("`VmUnknown` for `HypervisorLost`, `AgentLost` or `HostSilent`", "any line that tells the state; `AgentStopped`; 2 min after the agent is back"),
        FindingKind.VmDeviceRemoved => ("`VmDeviceRemoved`", "`VmMigratedOut`, `VmUndefined`"),
        FindingKind.HypervisorLost => ("`HypervisorLost`", "`HypervisorRestored`; a state of a VM that only the hypervisor knows"),
        FindingKind.AgentLost => ("`AgentLost`", "`AgentConnected`, `AgentStopped`"),
        FindingKind.HostSilent => ("`HostSuspected`", "`HostRecovered`, `AgentConnected`, `AgentStopped`"),
        FindingKind.HostLost => ("`HostLost`", "`HostRecovered`, `HostPartitioned`, `AgentDead`, `AgentConnected`, `AgentStopped`"),
        FindingKind.HostPartitioned => ("`HostPartitioned`", "`HostRecovered`, `HostLost`, `AgentDead`, `AgentConnected`, `AgentStopped`"),
        FindingKind.AgentDead => ("`AgentDead`", "`HostRecovered`, `HostLost`, `HostPartitioned`, `AgentConnected`, `AgentStopped`"),
        FindingKind.SamplesMissing => ("`SamplesDropped`", ""),
        FindingKind.ClockJumped => ("`ClockJumped`", ""),
        FindingKind.DiskSlow => ("`DiskSlow`", "`DiskRecovered`"),
        FindingKind.PoolFailed => ("`PoolFailed`", "`PoolRestored`; the pool is no longer in the inventory"),
        FindingKind.PoolFull => ("`PoolFull`", "`PoolSpaceRestored`; the pool is no longer in the inventory"),
        FindingKind.PoolFillsSoon => ("`PoolFillsSoon` ([forecasts.md](forecasts.md))", "`PoolFillingEnded`, `PoolFillsWithinHours`"),
        FindingKind.PoolFillsWithinHours => ("`PoolFillsWithinHours` ([forecasts.md](forecasts.md))", "`PoolFillingEnded`, `PoolFillsSoon`"),
        FindingKind.FailoverRoomShort => ("`FailoverRoomShort` ([scheduling.md](scheduling.md#room-for-hosts-that-fail))", "`FailoverRoomRestored`"),
        FindingKind.PoolSuspected => ("concluded", "the last of its symptoms"),
        FindingKind.HostTroubled => ("concluded", "the last of its symptoms"),
        FindingKind.HostSaturated => ("`HostSaturated` ([detection.md](detection.md))", "`HostSaturationEnded`"),
        FindingKind.PoolSlow => ("`PoolSlow` ([detection.md](detection.md))", "`PoolSlownessEnded`; the pool is no longer in the inventory"),
        FindingKind.VmThrashing => ("`VmThrashing` ([detection.md](detection.md))", "`VmThrashingEnded`; the end of the VM"),
        FindingKind.VmBalloonStarved => ("`VmBalloonStarved` ([detection.md](detection.md))", "`VmBalloonStarvationEnded`; the end of the VM"),
        FindingKind.VmGuestHung => ("`VmGuestHung` ([detection.md](detection.md#live-guests-that-hang))", "`VmGuestAnswers`; the end of the VM"),
        FindingKind.VmRunsTwice => ("`VmRunsTwice` ([detection.md](detection.md#live-vms-on-two-hosts))", "`VmRunsOnce`"),
        FindingKind.VmStartsTwice => ("`VmStartsTwice` ([detection.md](detection.md#live-vms-on-two-hosts))", "`VmStartsOnce`"),
        FindingKind.VmPeriodicSpikes => ("`VmPeriodicSpikes` ([detection.md](detection.md))", "`VmPeriodicSpikesEnded`; the end of the VM"),
        FindingKind.HostBootStorm => ("`HostBootStorm` ([detection.md](detection.md))", "`HostBootStormEnded`"),
        FindingKind.InterfaceDown => ("`InterfaceDown`", "`InterfaceUp`; the end of the VM"),
        FindingKind.ThresholdWarning => ("`ThresholdWarning`", "`ThresholdCleared`; the end of the VM"),
        FindingKind.ThresholdError => ("`ThresholdError`", "`ThresholdCleared`; the end of the VM"),
        FindingKind.VmUnusual => ("`VmUnusual` ([detection.md](detection.md))", "`VmUsual`; the end of the VM"),
        FindingKind.VmUnlikePeers => ("`VmUnlikePeers` ([detection.md](detection.md))", "`VmLikePeers`; the end of the VM"),
        FindingKind.VmMemoryLeak => ("`VmMemoryLeak` ([detection.md](detection.md))", "`VmMemoryLeakEnded`; the end of the VM"),
        FindingKind.VmNoisyNeighbour => ("`VmNoisyNeighbour` ([detection.md](detection.md))", "`VmNoisyNeighbourEnded`; the end of the VM"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "kind without a description"),
    };
}
