using VirtAgents.Collector.Query;

namespace VirtAgents.Collector.Scheduling;

/// <summary>The scheduler: what the policy wants of clusters, plans that are carried out, and their outcomes.</summary>
internal static class SchedulingSetup
{
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<ScheduleFile>();
        services.AddSingleton<ForeignMoves>();
        services.AddSingleton<Restraints>();
        services.AddSingleton<SchedulerScene>();
        services.AddSingleton<SchedulingTurn>();
        services.AddSingleton<PlacementTurn>();
        services.AddSingleton<PlanStore>();
        services.AddSingleton<PromiseStore>();
        services.AddSingleton<StepSender>();
        services.AddSingleton<PlanMeter>();
        services.AddSingleton<PlanRunner>();
        services.AddSingleton<LoadedEstates>();
        services.AddSingleton<GoalWatch>();
        services.AddSingleton<Scheduler>();
        services.AddSingleton<ScheduleRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<Scheduler>());
        services.AddHostedService<FailoverJob>();
        services.AddGrpc().AddServiceOptions<SchedulingGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());
    }

    public static void MapScheduling(this WebApplication app) => app.MapGrpcService<SchedulingGrpcService>().Add(QueryEndpoints.CheckQueryString);
}
