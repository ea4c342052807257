using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Collector.Hosting;

/// <summary>Picks the store.</summary>
internal static class StoreSetup
{
    public static void AddStore(this IServiceCollection services, StoreSettings settings)
    {
        switch (settings.Kind)
        {
            case StoreKind.Embedded:
                services.AddSingleton<ITimeSeriesStore>(provider =>
                    new EmbeddedStore(settings.Embedded, provider.GetRequiredService<TimeProvider>()));
                break;
            case StoreKind.Influx:
                services.AddInfluxStore(settings.Influx);
                break;
            default:
                throw new InvalidOperationException($"store kind {settings.Kind} has no store");
        }
    }
}
