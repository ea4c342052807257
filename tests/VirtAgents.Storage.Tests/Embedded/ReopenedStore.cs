using VirtAgents.Storage.Embedded;
using static VirtAgents.Storage.Tests.TestBatches;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>A store that can be closed and opened again.</summary>
internal sealed class ReopenedStore(StoreDirectory directory, TimeProvider clock, long? openRollupBytes = null) : IAsyncDisposable
{
    private EmbeddedStore? _store;

    public async Task<EmbeddedStore> GetAsync(bool anew = false)
    {
        if (anew)
        {
            await DisposeAsync();
        }

        if (_store is null)
        {
            EmbeddedStoreOptions options = directory.Options;
            options.OpenRollupBytes = openRollupBytes ?? options.OpenRollupBytes;
            _store = new EmbeddedStore(options, clock);
            await _store.OpenAsync(Token);
        }

        return _store;
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is { } store)
        {
            _store = null;
            await store.DisposeAsync();
        }
    }
}
