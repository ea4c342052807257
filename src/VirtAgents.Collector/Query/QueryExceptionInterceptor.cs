using System.Data.Common;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Query;

/// <summary>Turns exceptions of queries into statuses, in one place. What is not expected is logged and told without details.</summary>
internal sealed partial class QueryExceptionInterceptor(
    ILogger<QueryExceptionInterceptor> logger, IHostApplicationLifetime lifetime, StoreTrouble trouble) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            TResponse response = await continuation(request, context);
            trouble.Answered(context.Method);
            return response;
        }
        catch (Exception problem) when (problem is not RpcException)
        {
            // The edge of every call: whatever went wrong, the caller gets a status and the log what it does not tell.
            throw Map(problem, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
            trouble.Answered(context.Method);
        }
        catch (Exception problem) when (problem is not RpcException)
        {
            throw Map(problem, context);
        }
    }

    private RpcException Map(Exception problem, ServerCallContext context)
    {
        Status status = problem switch
        {
            QueryRefusedException refused => new(refused.Code, refused.Message),
            FeedOverflowException overflow => new(StatusCode.ResourceExhausted, overflow.Message),
            StoreUnusableException unusable => new(StatusCode.Unavailable, $"the store cannot be used: {unusable.Message}"),
            DbException or DbUpdateException => new(StatusCode.Unavailable, "the control database cannot be used now; call again later"),
            FeedFullException full => new(StatusCode.ResourceExhausted, full.Message),
            _ when context.CancellationToken.IsCancellationRequested => new(StatusCode.Cancelled, "the caller ended the call"),
            _ when lifetime.ApplicationStopping.IsCancellationRequested => new(StatusCode.Unavailable, "the collector is stopping; call again"),
            _ => new(StatusCode.Internal, "the collector failed to answer; its log tells why"),
        };
        if (problem is StoreUnusableException)
        {
            trouble.Failed(context.Method, problem.Message);
        }
        else if (status.StatusCode == StatusCode.Internal || problem is DbException or DbUpdateException)
        {
            LogFailed(problem, context.Method);
        }

        return new RpcException(status);
    }

    [LoggerMessage(2700, LogLevel.Error, "Query {Method} failed.")]
    private partial void LogFailed(Exception problem, string method);
}
