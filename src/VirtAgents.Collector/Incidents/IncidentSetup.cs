using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Incidents.Notices;
using VirtAgents.Collector.Query;
using VirtAgents.Collector.Remediation;
using VirtAgents.Collector.Throttles;

namespace VirtAgents.Collector.Incidents;

/// <summary>Incidents: the rules over the event feed, what they conclude, and the service.</summary>
internal static class IncidentSetup
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    public static void AddIncidents(this IServiceCollection services, NoticeSettings notices)
    {
        services.AddSingleton<IncidentFeed>();
        services.AddSingleton<IncidentStore>();
        services.AddSingleton<IncidentReader>();
        services.AddSingleton<IncidentKeeper>();
        services.AddSingleton<IActiveIncidents>(provider => provider.GetRequiredService<IncidentKeeper>());
        services.AddSingleton<IncidentRequests>();
        services.AddSingleton<IncidentWatch>();
        services.AddSingleton<IncidentExport>();
        services.AddSingleton<AnomalyBacktest>();
        services.AddSingleton<PoolFillBacktest>();
        services.AddSingleton<IncidentBacktest>();
        services.AddHostedService(provider => provider.GetRequiredService<IncidentKeeper>());
        services.AddHostedService<TwinJob>();
        services.AddSingleton<RemediationFile>();
        services.AddSingleton<RemediationLedger>();
        services.AddSingleton<RemediationScene>();
        services.AddSingleton<RemediationSender>();
        services.AddSingleton<RemediationTurn>();
        services.AddSingleton<ProposalStore>();
        services.AddSingleton<ProposalDesk>();
        services.AddSingleton<ProposalRequests>();
        services.AddSingleton<ThrottleStore>();
        services.AddSingleton<ThrottleSights>();
        services.AddSingleton<ThrottleRunner>();
        services.AddHostedService<Remediator>();
        services.AddHostedService(provider => provider.GetRequiredService<ThrottleRunner>());
        AddNotices(services, notices);
        services.AddGrpc()
            .AddServiceOptions<IncidentGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>())
            .AddServiceOptions<RemediationGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>())
            .AddServiceOptions<IncidentHistoryGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapIncidents(this WebApplication app)
    {
        app.MapGrpcService<IncidentGrpcService>().Add(QueryEndpoints.CheckQueryString);
        app.MapGrpcService<RemediationGrpcService>().Add(QueryEndpoints.CheckQueryString);
        app.MapGrpcService<IncidentHistoryGrpcService>().Add(QueryEndpoints.CheckQueryString);
    }

    private static void AddNotices(IServiceCollection services, NoticeSettings notices)
    {
        services.AddSingleton<NoticeOutbox>();
        if (notices.File.Length > 0)
        {
            services.AddSingleton<INoticeSink>(new FileSink(notices.File));
        }

        foreach ((int number, WebhookSettings webhook) in notices.Webhooks.Index())
        {
            // A receiver that redirects would get signed notices sent elsewhere; the usual log of requests has the whole address, and keys in it.
            services.AddHttpClient($"webhook-{number}", client => client.Timeout = LongestCall)
                .RemoveAllLoggers()
                .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
            services.AddSingleton<INoticeSink>(provider => new WebhookSink(
                number, webhook, provider.GetRequiredService<IHttpClientFactory>().CreateClient($"webhook-{number}"), provider.GetRequiredService<TimeProvider>()));
        }

        if (notices.File.Length > 0 || notices.Webhooks.Count > 0)
        {
            services.AddHostedService<NoticeCourier>();
        }
    }
}
