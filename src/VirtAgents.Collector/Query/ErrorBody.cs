using Grpc.Core;

namespace VirtAgents.Collector.Query;

/// <summary>Body of an answer that is none, in the form the JSON API has everywhere.</summary>
internal sealed record ErrorBody(int Code, string Message)
{
    /// <summary>Answers instead of a JSON call.</summary>
    public static IResult Result(StatusCode code, string message, int httpStatus) =>
        Results.Json(new ErrorBody((int)code, message), statusCode: httpStatus);
}
