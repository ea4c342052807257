using System.Globalization;
using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx.Http;
using VirtAgents.Storage.Influx.Lines;
using static VirtAgents.Storage.Influx.Reading.InfluxQl;

namespace VirtAgents.Storage.Influx.Preparing;

/// <summary>InfluxDB 1: creates database and retention policy, and refuses a database in which our fields have another type.</summary>
internal sealed class PreparationV1(InfluxHttp http, InfluxOptions options, Advice advice)
{
    // The shortest that InfluxDB takes.
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromHours(1);

    private readonly string _database = Name(options.DatabaseName);

    private string Duration => options.Retention <= TimeSpan.Zero
        ? "INF"
        : string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Max(options.Retention.TotalSeconds, ShortestRetention.TotalSeconds)}s");

    public async Task<Prepared> RunAsync(CancellationToken cancellationToken)
    {
        InfluxReply policies = await QueryAsync($"SHOW RETENTION POLICIES ON {_database}", cancellationToken);
        if (policies.Error?.Contains("database not found", StringComparison.Ordinal) == true)
        {
            string name = options.RetentionPolicy.Length > 0 ? $" NAME {Name(options.RetentionPolicy)}" : "";
            return await CreateAsync($"CREATE DATABASE {_database} WITH DURATION {Duration}{name}", cancellationToken) ?? Ready();
        }

        if (policies.Error is not null)
        {
            return Judge(policies);
        }

        if (policies.IsNoAnswer)
        {
            return Prepared.Ready(InfluxTarget.Of(InfluxFlavour.V1, options) with { AnswersQueries = false });
        }

        if (options.RetentionPolicy.Length > 0 && !Rows(policies).Any(row => row[0].GetString() == options.RetentionPolicy)
            && await CreateAsync($"CREATE RETENTION POLICY {Name(options.RetentionPolicy)} ON {_database} DURATION {Duration} REPLICATION 1", cancellationToken) is Prepared failed)
        {
            return failed;
        }

        return await CheckFieldsAsync(cancellationToken);
    }

    private static IEnumerable<JsonElement> Rows(InfluxReply reply)
    {
        using JsonDocument answer = JsonDocument.Parse(reply.Text);
        foreach (JsonElement series in Items(answer.RootElement, "results").SelectMany(r => Items(r, "series")))
        {
            foreach (JsonElement row in Items(series, "values"))
            {
                yield return row.Clone();
            }
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private Prepared Ready() => Prepared.Ready(InfluxTarget.Of(InfluxFlavour.V1, options));

    /// <summary>Null when it is done.</summary>
    private async Task<Prepared?> CreateAsync(string statement, CancellationToken cancellationToken)
    {
        InfluxReply reply = await QueryAsync(statement, cancellationToken);
        if (reply.Error is null)
        {
            return null;
        }

        return reply.Status is 401 or 403
            ? Prepared.Never($"InfluxDB at {http.Server} does not let this user create what is missing ({reply.Status}: {reply.Message}): let an administrator run `{statement}`")
            : Judge(reply);
    }

    // Found at a start, it costs nothing; found by a write, it costs samples, as such lines are refused for good.
    private async Task<Prepared> CheckFieldsAsync(CancellationToken cancellationToken)
    {
        string measurements = string.Join(',', Layout.Kinds.Select(k => Name(Layout.MeasurementOf(k))));
        InfluxReply reply = await QueryAsync($"SHOW FIELD KEYS ON {_database} FROM {measurements}", cancellationToken);
        if (reply.Error is not null)
        {
            return Judge(reply);
        }

        HashSet<string> ours = [.. MetricCatalogue.All.Select(m => m.Name), MetricField.FastEpoch, MetricField.SlowEpoch];
        foreach (JsonElement row in Rows(reply))
        {
            if (ours.Contains(row[0].GetString()!) && row[1].GetString() != "float")
            {
                return Prepared.Never(
                    $"database {_database} of InfluxDB at {http.Server} has a field {row[0].GetString()} of type {row[1].GetString()}, needed is float: "
                    + "another program writes there, set Store:Influx:Database to a database of its own");
            }
        }

        return Ready();
    }

    private Prepared Judge(InfluxReply reply)
    {
        string problem = advice.Of(reply.Status, reply.Message, InfluxFlavour.V1);
        return reply.Status is 401 or 403 ? Prepared.Never(problem) : Prepared.NotNow(problem);
    }

    private async Task<InfluxReply> QueryAsync(string statement, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("q", statement)]);
        return await http.AskAsync(HttpMethod.Post, "/query", form, InfluxFlavour.V1, cancellationToken);
    }
}
