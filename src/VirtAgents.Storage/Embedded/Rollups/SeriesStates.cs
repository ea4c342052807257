using System.Runtime.InteropServices;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>What is remembered of the figures of one stream while the pieces of an hour are rolled up.</summary>
internal sealed class SeriesStates
{
    // A summary, and its place in a dictionary that is three quarters full.
    private const int StateBytes = 96 + 48;

    private readonly Dictionary<(int Subject, ushort Number), SeriesState> _series = [];

    /// <summary>Bytes it takes, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is in all pieces of a figure of a subject, before it was rounded; null = nothing.</summary>
    public Summary? SummaryOf(int subject, ushort number) => _series.TryGetValue((subject, number), out SeriesState known) ? known.Hour : null;

    /// <summary>What is remembered of a figure of a subject, begun when it is new.</summary>
    public SeriesState Of(int subject, Figure figure)
    {
        ref SeriesState state = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, (subject, figure.Number), out bool isKnown);
        if (!isKnown)
        {
            state = new SeriesState(figure.Walk(), new Summary());
            Bytes += StateBytes + state.Walk.Bytes;
        }

        return state;
    }
}

/// <summary>What is remembered of a figure of a subject from piece to piece.</summary>
/// <param name="Walk">Computes its values.</param>
/// <param name="Hour">What is in all pieces.</param>
internal readonly record struct SeriesState(FigureWalk Walk, Summary Hour);
