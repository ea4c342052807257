namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>One InfluxDB with the simulated data for all tests that read it.</summary>
[CollectionDefinition(Name)]
public sealed class FilledInflux : ICollectionFixture<SimulatedData>
{
    public const string Name = "filled influx";
}
