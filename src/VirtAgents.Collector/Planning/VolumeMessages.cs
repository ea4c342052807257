using VirtAgents.Core.Scheduling.Volumes;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>Choices of pools as messages.</summary>
internal static class VolumeMessages
{
    public static PlaceVolumeResponse ToMessage(string cluster, VolumeDecision decision, string? problem)
    {
        PlaceVolumeResponse message = new()
        {
            Cluster = cluster,
            SecondBest = decision.SecondBest?.Id ?? "",
            Reason = decision.Reason,
            Refused = { decision.Refused.Select(r => new Protocol.V1.RefusedPool { Pool = r.Pool.Id, Obstacle = VolumeObstacleNames.Of(r.Obstacle), Reason = r.Reason }) },
        };
        if (problem is not null)
        {
            message.Notes.Add(problem);
        }

        if (decision is { Pool: { } pool, Host: { } host })
        {
            (message.Pool, message.PoolName, message.Host, message.HostId) = (pool.Id, pool.Name, host.Id, $"{host.Host}");
            message.Tags.AddRange(pool.Tags);
            AddFigures(message, pool);
        }

        return message;
    }

    private static void AddFigures(PlaceVolumeResponse message, VolumePool pool)
    {
        Set(pool.CapacityBytes, figure => message.CapacityBytes = figure);
        Set(pool.FreeBytes, figure => message.FreeBytes = figure);
        Set(pool.PromisedBytes, figure => message.PromisedBytes = figure);
        Set(pool.LatencyMs, figure => message.LatencyMs = figure);
        Set(pool.Fill?.ExpectedHours, figure => message.HoursToFull = figure);
    }

    private static void Set(double? figure, Action<double> set)
    {
        if (figure is { } known)
        {
            set(known);
        }
    }
}
