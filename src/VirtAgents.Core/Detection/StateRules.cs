namespace VirtAgents.Core.Detection;

/// <summary>
/// Tells running, paused, clean stop, crash, migration, stuck and unknown apart. Pure: the same inputs always give the
/// same states and events.
/// </summary>
/// <remarks>
/// <para>Evidence is what an agent said: an event, or a state in a slow sample. A VM that is missing from a sample is
/// not evidence of anything. When the host is out of sight (agent lost, silent, hypervisor lost) its VMs are unknown; the
/// state they had is held and comes back only when it is confirmed: by a sample or an event, or, when no message is
/// missing, by the next report, since an end in between would have had its event.</para>
/// <para>Order is that of the agent's sequence numbers, since host clocks jump: news that were overtaken by later ones
/// stay in the feed with their own time but do not change the state.</para>
/// </remarks>
public static class StateRules
{
    /// <summary>Takes one input.</summary>
    public static StateTransition Observe(HostState state, HostInput input)
    {
        ArgumentNullException.ThrowIfNull(state);
        HostTurn turn = new(state, input.NowUnixMs);
        switch (input)
        {
            case AgentOpened opened:
                PresenceRules.Opened(turn, opened);
                break;
            case AgentClosed closed:
                PresenceRules.Closed(turn, closed);
                break;
            case HostSilent silent:
                PresenceRules.Silent(turn, silent);
                break;
            case HostJudged judged:
                PresenceRules.Judged(turn, judged);
                break;
            case HostHeard:
                PresenceRules.Heard(turn);
                break;
            case MessagesMissing missing:
                PresenceRules.Missing(turn, missing);
                break;
            case InventorySeen seen:
                InventoryRules.Apply(turn, seen.Inventory);
                break;
            case EventSeen seen:
                EventRules.Apply(turn, seen.Sequence, seen.Event);
                break;
            case ReportSeen seen:
                SampleRules.Apply(turn, seen);
                break;
            default:
                throw new ArgumentException($"input {input.GetType().Name} has no rule", nameof(input));
        }

        return turn.End();
    }
}
