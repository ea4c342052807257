using VirtAgents.Core.Metrics;

namespace VirtAgents.Storage.Embedded.Rollups;

/// <summary>What is remembered of the figures of one stream while the pieces of an hour are rolled up.</summary>
internal sealed class SeriesStates
{
    private readonly Dictionary<(int Subject, ushort Number), SeriesState> _series = [];

    /// <summary>What is in all pieces of a figure of a subject, before it was rounded; null = nothing.</summary>
    public Summary? SummaryOf(int subject, ushort number) => _series.GetValueOrDefault((subject, number))?.Hour;

    /// <summary>What is remembered of a figure of a subject, begun when it is new.</summary>
    public SeriesState Of(int subject, Figure figure)
    {
        if (!_series.TryGetValue((subject, figure.Number), out SeriesState? state))
        {
            // A level is the sample itself: there is nothing to remember for it.
            _series.Add((subject, figure.Number), state = new SeriesState(figure.Inputs.All(i => i.LookbackMs == 0) ? null : figure.Walk()));
        }

        return state;
    }
}

/// <summary>What is remembered of a figure of a subject from piece to piece.</summary>
/// <param name="Walk">Computes its values; null = they are the samples themselves.</param>
internal sealed record SeriesState(FigureWalk? Walk)
{
    /// <summary>What is in all pieces.</summary>
    public Summary Hour { get; } = new();
}
