using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>Looks into the store of a stopped collector.</summary>
internal static class StoredTicks
{
    /// <summary>Every message of every host is there, and every fast tick since the start exactly once.</summary>
    /// <param name="path">File of the store.</param>
    /// <param name="hosts">How many hosts there must be.</param>
    /// <param name="intervalMs">Rhythm of the fast tier.</param>
    /// <param name="least">Fewest ticks of a host.</param>
    /// <param name="mostHoles">Most gaps of more than three intervals. A busy machine may skip a tick, which the agent counts.</param>
    public static async Task AreCompleteAsync(string path, int hosts, long intervalMs, int least, int mostHoles)
    {
        await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = path }, TimeProvider.System);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<HostSnapshot> known = await store.HostsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(hosts, known.Count);
        foreach (HostSnapshot host in known)
        {
            HostId id = host.Inventory.Host.Id;
            StreamPosition position = Assert.Single(await store.PositionsAsync(id, TestContext.Current.CancellationToken));
            Assert.Empty(position.Beyond);
            Assert.True(position.Contiguous > least, $"only {position.Contiguous} messages of {host.Inventory.Host.Name}");
            long[] times = await TimesAsync(store, id);
            Assert.True(times.Length >= least, $"only {times.Length} fast ticks");
            long[] gaps = [.. times.Zip(times.Skip(1), (a, b) => b - a)];
            Assert.All(gaps, g => Assert.True(g > 0, "a tick is stored twice or out of order"));
            Assert.InRange(gaps.Count(g => g > 3 * intervalMs), 0, mostHoles);
        }
    }

    private static async Task<long[]> TimesAsync(EmbeddedStore store, HostId host)
    {
        var query = new RangeQuery(Metric.HostLoad1, [host.Value], null, 0, long.MaxValue);
        List<SeriesPoints> series = [];
        await foreach (SeriesPoints found in store.RangeAsync(query, TestContext.Current.CancellationToken))
        {
            series.Add(found);
        }

        return Assert.Single(series).TimesUnixMs;
    }
}
