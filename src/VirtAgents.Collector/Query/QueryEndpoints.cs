namespace VirtAgents.Collector.Query;

/// <summary>The query API: what it needs and where it answers.</summary>
internal static class QueryEndpoints
{
    /// <summary>Registers the services of the query API.</summary>
    public static IServiceCollection AddQueryApi(this IServiceCollection services) => services;

    /// <summary>Maps the query API.</summary>
    public static WebApplication MapQueryApi(this WebApplication app) => app;
}
