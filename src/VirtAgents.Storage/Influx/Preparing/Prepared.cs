using VirtAgents.Storage.Influx.Http;

namespace VirtAgents.Storage.Influx.Preparing;

/// <summary>Whether a server can be used now.</summary>
/// <param name="Target">Where lines go; null = it cannot.</param>
/// <param name="Problem">Why not, and what to do; null when it can.</param>
/// <param name="IsFinal">Whether only a person can change it, so that a start had better fail.</param>
internal sealed record Prepared(InfluxTarget? Target, string? Problem, bool IsFinal)
{
    public static Prepared Ready(InfluxTarget target) => new(target, null, false);

    public static Prepared NotNow(string problem) => new(null, problem, false);

    public static Prepared Never(string problem) => new(null, problem, true);
}
