namespace VirtAgents.Storage.Tests.Influx;

[Collection(RealInflux.Name)]
[Trait("needs", "influxdb")]
public sealed class InfluxStoreContractTests(InfluxFixture influx) : TimeSeriesStoreContract
{
    private readonly InfluxPlace _place = new(influx.Server.Url);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _place.Dispose();
    }

    protected override ITimeSeriesStore Make() => _place.Store(Clock);
}
