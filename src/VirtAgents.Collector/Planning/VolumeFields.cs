using VirtAgents.Collector.Query;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Volumes;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Planning;

/// <summary>Checks the fields of requests for pools of volumes.</summary>
internal static class VolumeFields
{
    private const int MostTags = 100, LongestName = 256;

    private static readonly DirectiveParameter Size = DirectiveCatalogue.Find(DirectiveKind.CreateVolume)!.Parameters.Single(p => p.Name == "capacity_bytes");

    /// <summary>What is asked for, but for the host and the pool, which are looked up.</summary>
    public static VolumeRequest Read(PlaceVolumeRequest request)
    {
        if (request.SizeBytes < Size.Min || request.SizeBytes > Size.Max)
        {
            throw QueryRefusedException.Invalid("size_bytes", request.SizeBytes, $"give a whole number from {Size.Min} to {Size.Max}");
        }

        if (request.Tags.Count > MostTags)
        {
            throw QueryRefusedException.Invalid("tags", $"{request.Tags.Count} tags", $"give at most {MostTags}");
        }

        if (request.Tags.FirstOrDefault(t => t.Length is 0 or > LongestName) is { } tag)
        {
            throw QueryRefusedException.Invalid("tags", tag.Length == 0 ? "" : $"{tag[..20]}…", $"give 1 to {LongestName} characters");
        }

        return new(request.SizeBytes, !request.Thick) { Tags = [.. request.Tags], MustBeShared = request.Shared };
    }

    /// <summary>The directive that is to make the volume; null = it is only asked.</summary>
    public static Guid? Directive(PlaceVolumeRequest request) => request.DirectiveId.Length == 0 ? null
        : Guid.TryParse(request.DirectiveId, out Guid id) && id != Guid.Empty ? id
        : throw QueryRefusedException.Invalid("directive_id", request.DirectiveId.Length <= 40 ? request.DirectiveId : $"{request.DirectiveId[..40]}…", "give a UUID, or leave it out");

    /// <summary>The pool that is asked about; null = all.</summary>
    public static string? Pool(string pool, IReadOnlyCollection<VolumePool> pools) => pool.Length == 0 ? null
        : pools.Any(p => p.Id == pool || p.Name == pool) ? pool
        : throw QueryRefusedException.NotFound($"pool: there is no pool '{pool}' in this cluster{Similar.Hint(pool, pools.SelectMany(p => new[] { p.Id, p.Name }), "GET /v1/pools lists them; one that hosts do not share is called host/name")}");
}
