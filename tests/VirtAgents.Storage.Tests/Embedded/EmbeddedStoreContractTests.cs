using VirtAgents.Storage.Embedded;

namespace VirtAgents.Storage.Tests.Embedded;

public sealed class EmbeddedStoreContractTests : TimeSeriesStoreContract
{
    private readonly StoreDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override ITimeSeriesStore Make() => new EmbeddedStore(_directory.Options, Clock);
}
