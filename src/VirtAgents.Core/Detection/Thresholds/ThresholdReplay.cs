using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Thresholds;

/// <summary>Recorded values of a figure of one element of a host.</summary>
/// <param name="Figure">Name of one of <see cref="ThresholdFigures.All"/>.</param>
/// <param name="Vm">The VM; default = it is about the host or a pool.</param>
/// <param name="Pool">The pool; empty = it is about the host or a VM.</param>
/// <param name="Name">Name of the element.</param>
/// <param name="Values">Values in order of time (milliseconds since 1970 UTC, the beginning of a step); where there is none it is unknown.</param>
public sealed record RecordedFigure(string Figure, VmId Vm, string Pool, string Name, IReadOnlyList<(long TimeUnixMs, double Value)> Values);

/// <summary>Runs thresholds over recorded figures of a host, by the code that runs live. Pure.</summary>
public static class ThresholdReplay
{
    /// <summary>Lines that the thresholds would have added to the event feed, in order.</summary>
    /// <param name="host">The host.</param>
    /// <param name="hostName">Its name.</param>
    /// <param name="figures">Its figures, those of its VMs and pools.</param>
    /// <param name="lines">Lines of the feed about the host, in order; they tell which VMs were seen not to run.</param>
    /// <param name="rules">The table.</param>
    /// <param name="stepMs">Length of the steps of the figures, milliseconds.</param>
    public static IEnumerable<FleetEvent> Run(
        HostId host, string hostName, IReadOnlyList<RecordedFigure> figures, IReadOnlyList<FleetEvent> lines, ImmutableArray<ThresholdRule> rules, long stepMs)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(lines);
        ThresholdWatch watch = new(rules, TimeSpan.FromMilliseconds(Math.Max(stepMs, ThresholdWatch.LiveStep.TotalMilliseconds)));
        VmStatesSeen states = new(lines);
        int[] next = new int[figures.Count];
        List<WatchedValue> values = [];
        foreach (long time in figures.SelectMany(f => f.Values.Select(v => v.TimeUnixMs)).Distinct().Order())
        {
            // A mean is known when its step is over.
            long known = time + stepMs;
            states.To(known);
            values.Clear();
            for (int at = 0; at < figures.Count; at++)
            {
                values.Add(At(figures[at], ref next[at], time, states));
            }

            foreach (HostEvent told in watch.Observe(known, hostName, values))
            {
                yield return new(host, hostName, told, told.Vm is { } vm ? states.Of(vm) : VmState.Unknown, known);
            }
        }
    }

    private static WatchedValue At(RecordedFigure figure, ref int next, long time, VmStatesSeen states)
    {
        bool isThere = next < figure.Values.Count && figure.Values[next].TimeUnixMs == time;
        double? value = isThere ? figure.Values[next++].Value : null;
        bool isOff = figure.Vm != default && states.Of(figure.Vm) is not (VmState.Running or VmState.Unknown or VmState.Stuck);
        return new(figure.Figure, figure.Vm, figure.Pool, figure.Name, isOff ? double.NegativeInfinity : value);
    }
}
