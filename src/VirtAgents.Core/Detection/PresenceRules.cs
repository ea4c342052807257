using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection;

/// <summary>The agent comes, goes and falls silent. None of it says anything about the VMs but that they are out of sight.</summary>
internal static class PresenceRules
{
    public static void Opened(HostTurn turn, AgentOpened input)
    {
        HostState before = turn.State;
        turn.State = before with
        {
            Agent = AgentPresence.Connected,

            // Another process has to reach the hypervisor anew, and says so.
            Hypervisor = input.OtherInstance || !input.Continuous ? HypervisorPresence.Unknown : before.Hypervisor,
            HypervisorSequence = input.Continuous ? before.HypervisorSequence : 0,
        };
        if (!input.Continuous)
        {
            BreakOrder(turn);
        }

        turn.Tell(new(HostEventKind.AgentConnected, input.NowUnixMs, Evidence: input.Evidence));
        Recover(turn);
    }

    public static void Closed(HostTurn turn, AgentClosed input)
    {
        HostState before = turn.State;
        turn.State = before with
        {
            Agent = input.OnPurpose ? AgentPresence.Stopped : AgentPresence.Lost,
            Standing = input.OnPurpose ? HostStanding.Unproven : before.Standing,
        };
        turn.Tell(new(input.OnPurpose ? HostEventKind.AgentStopped : HostEventKind.AgentLost, input.NowUnixMs, Evidence: input.Evidence));
        LoseSightOfAll(turn, VmStateReason.AgentLost, input.NowUnixMs, input.OnPurpose ? "the agent stopped" : "the stream of the agent broke");
    }

    public static void Silent(HostTurn turn, HostSilent input)
    {
        if (turn.State.Suspected)
        {
            return;
        }

        bool open = turn.State.Agent == AgentPresence.Connected;
        turn.State = turn.State with { Suspected = true, Agent = open ? AgentPresence.Silent : turn.State.Agent };
        turn.Tell(new(HostEventKind.HostSuspected, input.NowUnixMs, Evidence: input.Evidence));
        LoseSightOfAll(turn, VmStateReason.HostSilent, input.NowUnixMs, input.Evidence);
    }

    /// <summary>Takes what others see. Its VMs stay unknown whatever that is: nobody has seen them end.</summary>
    public static void Judged(HostTurn turn, HostJudged input)
    {
        HostStanding standing = input.Verdict.Standing;
        bool isAway = turn.State.Agent is AgentPresence.Silent or AgentPresence.Lost;
        if (!isAway || standing == HostStanding.Unproven || standing == turn.State.Standing)
        {
            return;
        }

        turn.State = turn.State with { Standing = standing };
        HostEventKind kind = standing switch
        {
            HostStanding.AgentDead => HostEventKind.AgentDead,
            HostStanding.Partitioned => HostEventKind.HostPartitioned,
            _ => HostEventKind.HostLost,
        };
        turn.Tell(new(kind, input.NowUnixMs, Evidence: input.Verdict.Evidence));
    }

    public static void Heard(HostTurn turn)
    {
        if (turn.State.Agent == AgentPresence.Silent)
        {
            turn.State = turn.State with { Agent = AgentPresence.Connected };
        }

        Recover(turn);
    }

    public static void Missing(HostTurn turn, MessagesMissing input)
    {
        string evidence = $"{input.Count} messages never arrive: {input.Reason}";
        turn.Tell(new(HostEventKind.SamplesDropped, input.NowUnixMs, Evidence: evidence));

        // An end may have been among them.
        LoseSightOfAll(turn, VmStateReason.NotYetSeen, input.NowUnixMs, evidence);
        foreach (VmCondition vm in turn.VmsInOrder)
        {
            turn.Put(vm with { MissedMessages = vm.State == VmState.Unknown });
        }
    }

    public static void LoseSightOfAll(HostTurn turn, VmStateReason reason, long timeUnixMs, string evidence)
    {
        foreach (VmCondition vm in turn.VmsInOrder)
        {
            turn.LoseSight(vm, reason, timeUnixMs, evidence);
        }
    }

    private static void Recover(HostTurn turn)
    {
        if (turn.State.Suspected || turn.State.Standing != HostStanding.Unproven)
        {
            turn.State = turn.State with { Suspected = false, Standing = HostStanding.Unproven };
            turn.Tell(new(HostEventKind.HostRecovered, turn.NowUnixMs, Evidence: "the agent speaks again"));
        }
    }

    // Numbers of another sequence space cannot be compared.
    private static void BreakOrder(HostTurn turn)
    {
        foreach (VmCondition vm in turn.VmsInOrder)
        {
            turn.Put(vm with { EvidenceSequence = 0, MissedMessages = vm.State == VmState.Unknown });
        }
    }
}
