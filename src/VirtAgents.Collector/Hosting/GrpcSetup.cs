using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Hosting;

/// <summary>gRPC with its JSON twin, reflection and health.</summary>
internal static class GrpcSetup
{
    public static void AddCollectorGrpc(this IServiceCollection services, CollectorOptions options)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = options.Limits.MessageBytes).AddJsonTranscoding();
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks(health => health.Services.Map("", _ => true)).AddCheck<CollectorHealth>("collector");
        services.Configure<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckPublisherOptions>(publisher =>
        {
            publisher.Delay = TimeSpan.FromSeconds(1);
            publisher.Period = TimeSpan.FromSeconds(5);
        });
    }
}
