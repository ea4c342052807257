using VirtAgents.Collector.Configuration;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Collector.Hosting;

/// <summary>Picks the store.</summary>
internal static class StoreSetup
{
    public static void AddStore(this IServiceCollection services, StoreSettings settings) =>
        services.AddSingleton<ITimeSeriesStore>(provider => settings.Kind switch
        {
            StoreKind.Embedded => new EmbeddedStore(new EmbeddedStoreOptions { Path = settings.Path }, provider.GetRequiredService<TimeProvider>()),
            _ => throw new InvalidOperationException($"store kind {settings.Kind} has no store"),
        });
}
