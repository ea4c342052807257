using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>What reports say about states.</summary>
internal static class SampleRules
{
    // A bulk call begins before it reads a VM: for a moment after an event a sample may still show the world before it.
    private const long SettleMs = 5_000;

    private const string Sampled = "state in a slow sample";

    public static void Apply(HostTurn turn, ReportSeen report)
    {
        if (report.Samples.Find(SubjectKind.Vm) is { } table)
        {
            ReadStates(turn, report, table);
        }

        if (turn.State.Hypervisor == HypervisorPresence.Unknown)
        {
            // An agent that cannot reach its hypervisor says so before it samples.
            turn.State = turn.State with { Hypervisor = HypervisorPresence.Up };
        }

        if (turn.State is { AnyHeld: true, Agent: AgentPresence.Connected, Hypervisor: not HypervisorPresence.Lost })
        {
            ConfirmHeld(turn, report);
        }
    }

    private static void ReadStates(HostTurn turn, ReportSeen report, SampleTable table)
    {
        int state = table.ColumnOf(Metric.VmStateCode), reason = table.ColumnOf(Metric.VmStateReasonCode), stuck = table.ColumnOf(Metric.VmStuckSince);
        for (int row = 0; row < table.RowCount && (state >= 0 || stuck >= 0); row++)
        {
            VmState observed = VmState.Unknown;
            VmStateReason why = VmStateReason.Unspecified;
            if (stuck >= 0 && table.TryGet(row, stuck, out _))
            {
                (observed, why) = (VmState.Stuck, VmStateReason.MonitorBlocked);
            }
            else if (state >= 0 && table.TryGet(row, state, out long code) && VmStates.IsKnown((VmState)code))
            {
                observed = (VmState)code;
                why = reason >= 0 && table.TryGet(row, reason, out long number) ? (VmStateReason)number : why;
            }

            if (observed != VmState.Unknown && SubjectOf(report, table.Subjects[row]) is { } subject)
            {
                Observe(turn, report, new VmId(subject.Owner), observed, why);
            }
        }
    }

    private static Subject? SubjectOf(ReportSeen report, int index) =>
        (uint)index < (uint)report.Subjects.Count && report.Subjects[index] is { Kind: SubjectKind.Vm } subject ? subject : null;

    private static void Observe(HostTurn turn, ReportSeen report, VmId id, VmState state, VmStateReason reason)
    {
        VmCondition? vm = turn.Find(id);
        long time = report.Samples.TimeUnixMs;
        if (vm is not null && (vm.State == VmStates.Exact(state, reason) || report.Sequence < vm.EvidenceSequence || time < vm.EvidenceUnixMs))
        {
            return;
        }

        bool contradicted = vm is not null && vm.EvidenceUnixMs != 0 && time - vm.EvidenceUnixMs < SettleMs
            && (vm.State != VmState.Unknown || vm.Reason is VmStateReason.ProcessExited or VmStateReason.HypervisorLost);
        if (!contradicted)
        {
            ReturnOfHypervisor(turn, time);
            Reconciliation.Observe(turn, vm ?? VmCondition.NotYetSeen(id, ""), new(state, reason, time, report.Sequence, Sampled));
        }
    }

    private static void ReturnOfHypervisor(HostTurn turn, long time)
    {
        if (turn.State.Hypervisor == HypervisorPresence.Lost)
        {
            // Without a hypervisor there are no states to sample, so the event of its return was lost.
            turn.State = turn.State with { Hypervisor = HypervisorPresence.Up };
            turn.Tell(new(HostEventKind.HypervisorRestored, time, Evidence: "states of VMs are sampled again"));
        }
    }

    private static void ConfirmHeld(HostTurn turn, ReportSeen report)
    {
        foreach (VmCondition vm in turn.VmsInOrder)
        {
            if (HostState.IsHeld(vm) && turn.State.Present.Contains(vm.Id))
            {
                turn.Regain(vm, vm.HeldReason, report.Samples.TimeUnixMs, report.Sequence, "the agent reports again and no message is missing");
            }
        }
    }
}
