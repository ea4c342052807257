using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Planning;

/// <summary>Plans and placements on the estate as it is seen now.</summary>
internal static class PlanningSetup
{
    public static void AddPlanning(this IServiceCollection services)
    {
        services.AddSingleton<LiveMeansReader>();
        services.AddSingleton<LoadOutlooks>();
        services.AddSingleton<LoadOutlookJob>();
        services.AddHostedService(provider => provider.GetRequiredService<LoadOutlookJob>());
        services.AddSingleton<LivePlanner>();
        services.AddSingleton<PoolPasts>();
        services.AddSingleton<VolumeOrders>();
        services.AddSingleton<PoolMeasures>();
        services.AddSingleton<VolumePlanner>();
        services.AddGrpc().AddServiceOptions<PlanningGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapPlanning(this WebApplication app) => app.MapGrpcService<PlanningGrpcService>().Add(QueryEndpoints.CheckQueryString);
}
