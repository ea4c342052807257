using System.Globalization;
using System.Runtime.Intrinsics;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Core.Scheduling.Planning;

/// <summary>Says of each move why it is made, and of a VM that is not moved why not. Follows the plan in the state it is given.</summary>
internal sealed class PlanTelling
{
    private static readonly string[] LaneNames = ["promised memory", "vCPUs", "CPU", "memory in use", "disk", "network"];

    private readonly ClusterLayout _layout;
    private readonly ClusterState _state;
    private readonly LoadField _field;
    private readonly Pressure _pressure;
    private readonly Departures _departures;

    public PlanTelling(ClusterLayout layout, ClusterState state, LoadField field, Pressure pressure, Departures departures)
    {
        (_layout, _state, _field, _pressure, _departures) = (layout, state, field, pressure, departures);
        _field.Rebuild(state.Place);
    }

    /// <summary>Tells of the next move, and makes it.</summary>
    public PlannedMove Tell(OrderedMove move)
    {
        float before = _field.Score;
        float gain = before - _field.ScoreOfMove(move.Vm, move.From, move.To);
        (int Host, float Gain)? second = Best(move.Vm, move.To);
        string reason = ReasonOf(move);
        _field.Move(move.Vm, move.From, move.To);
        _state.Move(move.Vm, move.To);
        return new(
            _layout.Vms[move.Vm].Id, _layout.Hosts[move.From].Id, _layout.Hosts[move.To].Id, move.Wave, reason, Rounded(gain),
            second is null ? null : _layout.Hosts[second.Value.Host].Id, second is null ? null : Rounded(second.Value.Gain),
            Rounded(MigrationCost.Of(_layout, move.Vm).UsedGb), Rounded(MigrationCost.Seconds(_layout, move.Vm, move.From, move.To)));
    }

    /// <summary>Why a VM is moved, or is not at the end of the plan.</summary>
    /// <param name="id">The VM.</param>
    /// <param name="moves">The plan.</param>
    /// <param name="goal">What it is for.</param>
    /// <param name="byPressure">Whether VMs were taken only from hosts that are high in what they use.</param>
    public string Explain(string id, IReadOnlyList<PlannedMove> moves, PlanGoal goal, bool byPressure)
    {
        if (moves.LastOrDefault(m => m.Vm == id) is { } move)
        {
            string second = move.SecondBest is null ? "no other host takes it" : Text($"second best was {move.SecondBest} with {move.SecondGain:0.####}");
            return Text($"{id} moves from {move.From} to {move.To} in wave {move.Wave}: {move.Reason}. By this move alone the score falls by {move.Gain:0.####}; {second}. It sends {move.UsedGb:0.#} GB in about {move.Seconds:0.#} s.");
        }

        int vm = _layout.FindVm(id) ?? throw new ArgumentException($"There is no VM {id}.", nameof(id));
        string best = Best(vm, -1) is { } other
            ? Text($"The best other host is {_layout.Hosts[other.Host].Id}; there the score would {(other.Gain >= 0 ? "fall" : "rise")} by {Math.Abs(other.Gain):0.####}.")
            : "No other host takes it.";
        return $"{id} stays on {_layout.Hosts[_state.Place[vm]].Id}: {WhyItStays(vm, goal, byPressure)}. {best}";
    }

    private static double Rounded(double value) => Math.Round(value, 6);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string WhyItStays(int vm, PlanGoal goal, bool byPressure)
    {
        int host = _state.Place[vm];
        return _layout.Vms[vm].IsPinned ? "it is pinned"
            : _layout.IsFixed[vm] ? "the state of its host is unknown"
            : _layout.Together[vm] ? "it belongs together with other VMs, which are moved only when they must"
            : !_layout.UseIsKnown[vm] ? "not all of what it uses is known, and it need not move"
            : goal is PlanGoal.Evacuate or PlanGoal.Constraints ? "it need not move, and for this goal nothing else does"
            : goal == PlanGoal.Relieve ? "its host does not use too much CPU, or is relieved by others that are less to send, or no host takes it that would not use too much then"
            : goal == PlanGoal.Consolidate ? "its host stays in use"
            : byPressure && !_pressure.IsTooHigh(vm, host)
                ? Text($"its host is not so far above the mean in what it uses that VMs are taken from it ({_pressure.On(vm, host):0.####}, limit {_pressure.Tolerance:0.####})")
                : "other moves bring more for what they cost, or what is left to gain is not worth a move";
    }

    private string ReasonOf(OrderedMove move)
    {
        if (move.IsParking)
        {
            return "parked to make room for others; it goes on later";
        }

        if (_departures.Reason(move.Vm) is { } must)
        {
            return must;
        }

        Vector256<float> share = _field.LoadOf(move.Vm, move.From) / _field.Mean;
        int lane = Enumerable.Range(0, LaneNames.Length).Where(l => float.IsFinite(share[l]))
            .MaxBy(l => share[l] * Math.Max(0, _field.Deviations[move.From][l] - _field.Deviations[move.To][l]));
        return Text($"{LaneNames[lane]}: {_layout.Hosts[move.From].Id} is {Away(move.From, lane)} the mean and {_layout.Hosts[move.To].Id} {Away(move.To, lane)}; the VM makes {100 * share[lane]:0} % of it");
    }

    private string Away(int host, int lane)
    {
        double percent = 100 * _field.Deviations[host][lane] / _field.Mean[lane];
        return Text($"{Math.Abs(percent):0} % {(percent < 0 ? "below" : "above")}");
    }

    private (int Host, float Gain)? Best(int vm, int except)
    {
        float score = _field.Score;
        (int Host, float Gain)? best = null;
        for (int host = 0; host < _layout.Hosts.Length; host++)
        {
            if (host == except || host == _state.Place[vm] || !_state.Fits(vm, host))
            {
                continue;
            }

            float gain = score - _field.ScoreOfMove(vm, _state.Place[vm], host);
            best = best is { } found && found.Gain >= gain ? best : (host, gain);
        }

        return best;
    }
}
