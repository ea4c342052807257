using CsCheck;
using VirtAgents.Core.Scheduling.Volumes;
using static VirtAgents.Core.Tests.Scheduling.Volumes.VolumeScene;

namespace VirtAgents.Core.Tests.Scheduling.Volumes;

public sealed class VolumeAllocatorPropertyTests
{
    private static readonly Gen<double?> Figure = Gen.Int[0, 12].Select(n => n == 12 ? null : (double?)(n * 12.5));

    private static readonly Gen<VolumePool> AnyPool = Gen.Select(Figure, Figure, Figure, Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 9]).Select((free, promised, latency, fill, tags, state) =>
        Pool("p", free, promised, latency, [.. new[] { "fast", "raid" }.Where((_, bit) => (tags >> bit & 1) == 0)]) with
        {
            CapacityBytes = state == 0 ? null : 100.0 * Gib,
            Fill = fill == 0 ? null : fill < 4 ? FullIn(fill * 80) : Never,
            Hosts = [Host("h1", state switch { 1 => null, 2 => false, _ => true }), Host("h2", state == 3) with { CannotCreate = state > 5 ? null : "no" }],
        });

    private static readonly Gen<VolumePool[]> Pools = AnyPool.Array[0, 8].Select(all => all.Select((p, i) => p with { Id = $"p{i}", Name = $"p{i}" }).ToArray());

    private static readonly Gen<VolumeRequest> Requests = Gen.Select(Gen.Long[1, 60], Gen.Bool, Gen.Int[0, 3], Gen.Bool).Select((gib, thin, tags, host) =>
        new VolumeRequest(gib * Gib, thin) { Tags = tags == 0 ? ["fast"] : [], Host = host ? "h1" : null });

    [Fact]
    public void Decide_AnyPools_TakesOnlyWhatIsKnownToWorkAndToHaveRoom() => Gen.Select(Pools, Requests).Sample((pools, request) =>
    {
        VolumeDecision decision = VolumeAllocator.Decide(pools, request, StoragePolicy.Default);
        if (decision.Pool is not { } chosen)
        {
            return decision.Refused.Length == pools.Length;
        }

        double? left = chosen.FreeBytes - (request.IsThin ? 0 : request.SizeBytes);
        return chosen.Works == true && left >= 0.1 * chosen.CapacityBytes && request.Tags.All(t => chosen.Tags.Contains(t))
            && decision.Host is { Works: true, CannotCreate: null } && chosen.Hosts.Contains(decision.Host) && (request.Host is null || chosen.Hosts.Any(h => h.Id == request.Host && h.Works == true))
            && (!request.IsThin || !(chosen.PromisedBytes + request.SizeBytes > 1.5 * chosen.CapacityBytes)) && (!request.IsThin || !(chosen.Fill?.ExpectedHours <= 168))
            && decision.SecondBest?.Id != chosen.Id && decision.Refused.All(r => r.Pool.Id != chosen.Id && r.Pool.Id != decision.SecondBest?.Id);
    });

    [Fact]
    public void Decide_PoolsInAnyOrder_IsTheSame() => Gen.Select(Pools, Requests, Gen.Int[0, 1_000]).Sample((pools, request, seed) =>
    {
        VolumePool[] shuffled = [.. pools];
        new Random(seed).Shuffle(shuffled);
        (VolumeDecision one, VolumeDecision other) = (VolumeAllocator.Decide(pools, request, StoragePolicy.Default), VolumeAllocator.Decide(shuffled, request, StoragePolicy.Default));
        return (one.Pool?.Id, one.SecondBest?.Id, one.Reason) == (other.Pool?.Id, other.SecondBest?.Id, other.Reason)
            && one.Refused.Select(r => (r.Pool.Id, r.Obstacle, r.Reason)).SequenceEqual(other.Refused.Select(r => (r.Pool.Id, r.Obstacle, r.Reason)));
    });

    [Fact]
    public void Decide_MoreRoomInThePoolThatIsChosen_ChoosesItStill() => Gen.Select(Pools, Requests, Gen.Double[0, 60]).Sample((pools, request, more) =>
    {
        string? chosen = VolumeAllocator.Decide(pools, request, StoragePolicy.Default).Pool?.Id;
        VolumePool[] roomier = [.. pools.Select(p => p.Id == chosen ? p with { FreeBytes = p.FreeBytes + (more * Gib) } : p)];
        return VolumeAllocator.Decide(roomier, request, StoragePolicy.Default).Pool?.Id == chosen;
    });

    [Fact]
    public void Decide_PoolThatIsRefused_ChangesNothingWhenItIsAway() => Gen.Select(Pools, Requests).Sample((pools, request) =>
    {
        VolumeDecision decision = VolumeAllocator.Decide(pools, request, StoragePolicy.Default);
        VolumePool[] fit = [.. pools.Where(p => decision.Refused.All(r => r.Pool.Id != p.Id))];
        VolumeDecision among = VolumeAllocator.Decide(fit, request, StoragePolicy.Default);
        return among.Refused.IsEmpty && (among.Pool?.Id, among.SecondBest?.Id) == (decision.Pool?.Id, decision.SecondBest?.Id);
    });
}
