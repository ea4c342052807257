using System.Text.Json;
using VirtAgents.Storage.Influx.Http;

namespace VirtAgents.Storage.Influx.Preparing;

/// <summary>InfluxDB 2: buckets and mappings belong to the operator, who is told the exact commands that are missing.</summary>
internal sealed class PreparationV2(InfluxHttp http, InfluxOptions options, Advice advice)
{
    public async Task<Prepared> RunAsync(CancellationToken cancellationToken)
    {
        string path = $"/api/v2/buckets?org={Uri.EscapeDataString(options.Org)}&name={Uri.EscapeDataString(options.BucketName)}";
        InfluxReply buckets = await http.AskAsync(HttpMethod.Get, path, null, InfluxFlavour.V2, cancellationToken);
        if (buckets.Status == 401)
        {
            return Prepared.Never(advice.Of(buckets.Status, buckets.Message, InfluxFlavour.V2));
        }

        if (buckets.Status == 0 || buckets.Status >= 500)
        {
            return Prepared.NotNow(advice.Of(buckets.Status, buckets.Message, InfluxFlavour.V2));
        }

        // A token that may only write cannot list buckets; then the first write tells.
        string? id = buckets.IsSuccess ? IdOf(buckets.Text) : null;
        if (buckets.Status == 404 || (buckets.IsSuccess && id is null))
        {
            return Prepared.Never($"InfluxDB at {http.Server} has no bucket '{options.BucketName}' in organisation '{options.Org}': {advice.Missing(InfluxFlavour.V2)}");
        }

        return await CheckMappingAsync(id ?? "BUCKET-ID", cancellationToken);
    }

    private static string? IdOf(string text)
    {
        using JsonDocument answer = JsonDocument.Parse(text);
        return answer.RootElement.TryGetProperty("buckets", out JsonElement buckets) && buckets.GetArrayLength() > 0
            ? buckets[0].GetProperty("id").GetString()
            : null;
    }

    private async Task<Prepared> CheckMappingAsync(string bucketId, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("db", options.DatabaseName), new("q", "SHOW MEASUREMENTS LIMIT 1")]);
        InfluxReply reply = await http.AskAsync(HttpMethod.Post, "/query", form, InfluxFlavour.V2, cancellationToken);
        return reply.Error is string error && error.Contains("not found", StringComparison.Ordinal)
            ? Prepared.Never($"InfluxDB at {http.Server} has no database '{options.DatabaseName}' for reading ({error}): {advice.Mapping(bucketId)}")
            : Prepared.Ready(InfluxTarget.Of(InfluxFlavour.V2, options) with { AnswersQueries = !reply.IsNoAnswer });
    }
}
