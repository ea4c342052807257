using VirtAgents.Collector.Limits;
using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Shares;

/// <summary>Limits that divide what is full.</summary>
internal static class ShareSetup
{
    public static void AddShares(this IServiceCollection services)
    {
        services.AddSingleton<ShareTurn>();
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ShareSights>();
        services.AddSingleton<LimitRates>();
        services.AddSingleton<LimitSender>();
        services.AddSingleton<ShareSender>();
        services.AddSingleton<ShareRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<ShareRunner>());
        services.AddGrpc().AddServiceOptions<ShareGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapShares(this WebApplication app) => app.MapGrpcService<ShareGrpcService>().Add(QueryEndpoints.CheckQueryString);
}
