namespace VirtAgents.Collector.Incidents.Notices;

/// <summary>Somebody outside who is told of incidents.</summary>
internal interface INoticeSink
{
    /// <summary>Name of its place in the list of steps, the same over restarts; without secrets.</summary>
    string Name { get; }

    /// <summary>Whether it wants to be told.</summary>
    bool Wants(IncidentNotice notice);

    /// <summary>Tells it. Returns when it has taken the notice.</summary>
    /// <exception cref="NoticeRefusedException">It did not take it; it is tried again.</exception>
    Task TellAsync(IncidentNotice notice, CancellationToken cancellationToken);
}

/// <summary>A receiver did not take a notice.</summary>
internal sealed class NoticeRefusedException(string message, Exception? inner = null) : Exception(message, inner);
