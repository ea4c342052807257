using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace VirtAgents.Collector.Query;

/// <summary>The query API: what it needs and where it answers.</summary>
internal static class QueryEndpoints
{
    /// <summary>Registers the services of the query API. It needs IFleetReader and ITimeSeriesStore beside it.</summary>
    public static IServiceCollection AddQueryApi(this IServiceCollection services)
    {
        services.AddSingleton(QueryLimits.Default);
        services.TryAddSingleton<StoreTrouble>();
        services.AddSingleton<FleetQueries>();
        services.AddSingleton<QueryTurns>();
        services.AddSingleton<SeriesQueries>();
        services.AddSingleton<MetricQueries>();
        services.AddSingleton<VolumeQueries>();
        services.AddSingleton<LatestWatch>();
        services.AddSingleton<EventQueries>();
        services.AddSingleton<EventWatch>();
        services.AddGrpc()
            .AddServiceOptions<QueryGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>())
            .AddServiceOptions<EventGrpcService>(grpc => grpc.Interceptors.Add<QueryExceptionInterceptor>());

        // As the JSON form of protobuf says: numbers of 64 bits as text, since JavaScript would round them.
        services.Configure<GrpcJsonTranscodingOptions>(json => json.JsonSettings.WriteInt64sAsStrings = true);
        return services;
    }

    /// <summary>Maps the query API.</summary>
    public static WebApplication MapQueryApi(this WebApplication app)
    {
        app.MapGrpcService<QueryGrpcService>().Add(CheckQueryString);
        app.MapGrpcService<EventGrpcService>().Add(CheckQueryString);
        app.MapOpenApi();
        app.MapRootPage();
        app.MapFallback("/v1/{**path}", (HttpContext call) => ErrorBody.Result(
            StatusCode.NotFound, $"there is nothing at {call.Request.Path} for {call.Request.Method}; see /", StatusCodes.Status404NotFound));
        return app;
    }

    /// <summary>Refuses JSON calls whose query part has what the request does not.</summary>
    public static void CheckQueryString(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().FirstOrDefault() is not { } json || endpoint.RequestDelegate is not { } answer)
        {
            return;
        }

        endpoint.RequestDelegate = call => QueryStringCheck.Problem(json.MethodDescriptor.InputType, call.Request.Query) is { } problem
            ? ErrorBody.Result(StatusCode.InvalidArgument, problem, StatusCodes.Status400BadRequest).ExecuteAsync(call)
            : answer(call);
    }
}
