using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Requests;

/// <summary>The queue of requests to start VMs.</summary>
internal static class QueueSetup
{
    public static void AddRequestQueue(this IServiceCollection services)
    {
        services.AddSingleton<QueueTurn>();
        services.AddSingleton<RequestStore>();
        services.AddSingleton<QueueScene>();
        services.AddSingleton<RequestSender>();
        services.AddSingleton<QueueRunner>();
        services.AddSingleton<QueueRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueRunner>());
        services.AddGrpc().AddServiceOptions<QueueGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapRequestQueue(this WebApplication app) => app.MapGrpcService<QueueGrpcService>().Add(QueryEndpoints.CheckQueryString);
}
