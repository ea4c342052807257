using Grpc.Core;

namespace VirtAgents.Collector.Query;

/// <summary>A request that is not answered, with the reason for the caller.</summary>
internal sealed class QueryRefusedException(StatusCode code, string message) : Exception(message)
{
    /// <summary>Status the caller gets.</summary>
    public StatusCode Code { get; } = code;

    /// <summary>A field has a value that is not allowed.</summary>
    public static QueryRefusedException Invalid(string field, object? value, string allowed) =>
        new(StatusCode.InvalidArgument, $"{field}: {(value is string text ? $"'{text}'" : value)} is not allowed; {allowed}");

    /// <summary>What is named does not exist.</summary>
    public static QueryRefusedException NotFound(string message) => new(StatusCode.NotFound, message);

    /// <summary>The answer would be larger than allowed.</summary>
    public static QueryRefusedException TooMuch(string message) => new(StatusCode.ResourceExhausted, message);
}
