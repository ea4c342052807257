using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Volumes;

namespace VirtAgents.Core.Tests.Scheduling.Volumes;

/// <summary>Pools of 100 GiB, half of them free, for tests.</summary>
internal static class VolumeScene
{
    public const long Gib = 1L << 30;

    public static VolumeRequest Thin(long gib = 10) => new(gib * Gib, IsThin: true);

    public static VolumeRequest Thick(long gib = 10) => new(gib * Gib, IsThin: false);

    public static VolumePool Pool(string id, double? freeGib = 50, double? promisedGib = 60, double? latencyMs = 2, params string[] tags) =>
        new(id, id[(id.LastIndexOf('/') + 1)..], !id.Contains('/', StringComparison.Ordinal), [Host("h1"), Host("h2")])
        {
            CapacityBytes = 100 * Gib, FreeBytes = freeGib * Gib, PromisedBytes = promisedGib * Gib, LatencyMs = latencyMs, Fill = Never, Tags = [.. tags],
        };

    public static VolumeHost Host(string id, bool? works = true) => new(new HostId(new Guid(id[^1], 0, 0, new byte[8])), id, works);

    public static PoolFill Never => new(50, 0, 300, null, null, null);

    public static PoolFill FullIn(int hours) => new(50, 1, 300, hours - 1, hours, hours + 1);

    public static VolumeDecision Decide(VolumeRequest request, params VolumePool[] pools) => VolumeAllocator.Decide(pools, request, StoragePolicy.Default);
}
