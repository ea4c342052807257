using Microsoft.Extensions.DependencyInjection.Extensions;
using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Directives;

/// <summary>Directives: the ledger, the way to the hosts, and the service.</summary>
internal static class DirectiveSetup
{
    public static void AddDirectives(this IServiceCollection services)
    {
        services.AddSingleton<DirectiveFeed>();
        services.AddSingleton<DirectiveLedger>();
        services.AddSingleton<DirectiveReader>();
        services.AddSingleton<DirectiveLinks>();
        services.AddSingleton<DirectiveParts>();
        services.AddSingleton<FreezeSwitch>();
        services.AddSingleton<DirectiveWatch>();
        services.AddSingleton<DirectiveRequests>();
        services.AddHostedService<DirectiveClock>();
        services.TryAddSingleton<StoreTrouble>();
        services.AddGrpc().AddServiceOptions<DirectiveGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapDirectives(this WebApplication app) =>
        app.MapGrpcService<DirectiveGrpcService>().Add(QueryEndpoints.CheckQueryString);
}
