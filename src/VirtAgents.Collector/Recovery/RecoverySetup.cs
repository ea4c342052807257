using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Recovery;

/// <summary>VMs of hosts that are off.</summary>
internal static class RecoverySetup
{
    public static void AddRecovery(this IServiceCollection services)
    {
        services.AddSingleton<RecoveryTurn>();
        services.AddSingleton<RecoveryStore>();
        services.AddSingleton<RecoveryScene>();
        services.AddSingleton<RecoverySender>();
        services.AddSingleton<RecoveryNotes>();
        services.AddSingleton<RecoveryRunner>();
        services.AddSingleton<RecoveryRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<RecoveryRunner>());
        services.AddGrpc().AddServiceOptions<RecoveryGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapRecovery(this WebApplication app) => app.MapGrpcService<RecoveryGrpcService>().Add(QueryEndpoints.CheckQueryString);
}
