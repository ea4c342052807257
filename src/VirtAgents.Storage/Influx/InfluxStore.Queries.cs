using System.Runtime.CompilerServices;
using System.Text.Json;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Reading;
using VirtAgents.Storage.Influx.Http;
using VirtAgents.Storage.Influx.Lines;
using VirtAgents.Storage.Influx.Preparing;
using VirtAgents.Storage.Influx.Reading;
using VirtAgents.Storage.Summaries;

namespace VirtAgents.Storage.Influx;

public sealed partial class InfluxStore
{
    // Statements of one query: few enough for a short request, many enough that one VM needs one or two.
    private const int StatementsPerQuery = 64;
    private const int OwnersPerStatement = 200;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StreamPosition>> PositionsAsync(HostId host, CancellationToken cancellationToken) => _local.PositionsAsync(host, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HostSnapshot>> HostsAsync(CancellationToken cancellationToken) => _local.HostsAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FleetEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken) => _local.EventsAsync(query, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>From memory for what came since the start; the server is asked for what is older.</remarks>
    public async ValueTask<IReadOnlyList<SeriesValue>> LatestAsync(LatestQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        RequireOpen();
        long oldest = (long)Math.Max(long.MinValue, query.NowUnixMs - ((decimal)query.MaxAge.Ticks / TimeSpan.TicksPerMillisecond));
        long fromMs = Math.Max(await _local.FloorAsync(cancellationToken), oldest);
        (IReadOnlyList<SeriesValue> values, long completeFromMs) = _local.LatestInMemory(query, fromMs);
        if (fromMs >= completeFromMs)
        {
            return values;
        }

        // Digits in memory are exact, so of two values of one time that one counts.
        Dictionary<(Subject, MetricId), SeriesValue> newest = values.ToDictionary(v => (v.Subject, v.Metric));
        await AddFromServerAsync(newest, query, fromMs, cancellationToken);
        return [.. newest.Values];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SeriesPoints> RangeAsync(RangeQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        RequireOpen();
        long fromMs = Math.Max(await _local.FloorAsync(cancellationToken), query.FromUnixMs);
        if (fromMs >= query.ToUnixMs)
        {
            yield break;
        }

        MetricField field = MetricField.Of(query.Metric);
        InfluxFlavour flavour = await FlavourAsync(cancellationToken);
        foreach (SubjectKind kind in Layout.KindsOf(query.Metric))
        {
            // A kind without devices has none of that name.
            if (query.Device is { Length: > 0 } && Layout.DeviceTagsOf(kind).Length == 0)
            {
                continue;
            }

            foreach (Guid[] owners in query.Owners.Count == 0 ? [[]] : query.Owners.Distinct().Chunk(OwnersPerStatement))
            {
                string text = InfluxQl.Range(kind, field, owners, query.Device, fromMs, query.ToUnixMs);
                await foreach (SeriesPoints series in SeriesAsync(_reader.AskAsync(text, flavour, cancellationToken), kind, field))
                {
                    yield return series;
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Always out of samples: a rate, and whatever is derived from rates, cannot be told from means that the server computes.</remarks>
    public async IAsyncEnumerable<SeriesSummaries> SummariesAsync(SummaryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        Dictionary<int, HostId> hosts = [];
        foreach ((_, HostId host, BootId boot) in await _local.StreamsAsync(cancellationToken))
        {
            hosts[LineEncoder.EpochOf(host, boot)] = host;
        }

        var raw = new RawSummaries(RangeAsync, hosts);
        await foreach (SeriesSummaries summaries in raw.RunAsync(query, cancellationToken))
        {
            yield return summaries;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoreHealth> HealthAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        StoreHealth local = await _local.HealthAsync(cancellationToken);
        return new StoreHealth(_writeProblem is null && local.CanWrite, _writeProblem ?? local.Problem ?? _writer.Note, null, local.Reports);
    }

    private async IAsyncEnumerable<SeriesPoints> SeriesAsync(IAsyncEnumerable<QueryPiece> pieces, SubjectKind kind, MetricField field)
    {
        // A long series comes in several pieces, one after another.
        SeriesBuilder? open = null;
        await foreach (QueryPiece piece in pieces)
        {
            Subject? subject = SubjectOf(piece, kind);
            if (open is { Count: > 0 } && open.Subject != subject)
            {
                yield return open.Build();
            }

            open = subject is null ? null : open?.Subject == subject ? open : new SeriesBuilder(subject);
            if (open is not null)
            {
                Add(open, piece.Rows, field);
            }
        }

        if (open is { Count: > 0 })
        {
            yield return open.Build();
        }
    }

    private static void Add(SeriesBuilder series, JsonElement rows, MetricField field)
    {
        foreach (JsonElement row in rows.EnumerateArray())
        {
            if (row[1].ValueKind == JsonValueKind.Number)
            {
                int epoch = row[2].ValueKind == JsonValueKind.Number ? (int)row[2].GetDouble() : 0;
                series.Add(row[0].GetInt64(), field.Raw(row[1].GetDouble()), epoch);
            }
        }
    }

    private static void Take(Dictionary<(Subject, MetricId), SeriesValue> newest, Subject subject, MetricId metric, JsonElement rows)
    {
        foreach (JsonElement row in rows.EnumerateArray())
        {
            long timeMs = row[0].GetInt64();
            if (row[1].ValueKind == JsonValueKind.Number
                && (!newest.TryGetValue((subject, metric), out SeriesValue known) || known.TimeUnixMs < timeMs))
            {
                newest[(subject, metric)] = new SeriesValue(subject, metric, timeMs, MetricField.Of(metric).Raw(row[1].GetDouble()));
            }
        }
    }

    private async Task AddFromServerAsync(
        Dictionary<(Subject, MetricId), SeriesValue> newest, LatestQuery query, long fromMs, CancellationToken cancellationToken)
    {
        IEnumerable<MetricId> metrics = query.Metric is MetricId one ? [one] : MetricCatalogue.All.Select(m => m.Id);
        InfluxFlavour flavour = await FlavourAsync(cancellationToken);
        foreach ((MetricId Metric, SubjectKind Kind)[] page in metrics.SelectMany(m => Layout.KindsOf(m).Select(k => (m, k))).Chunk(StatementsPerQuery))
        {
            string text = string.Join(';', page.Select(p => InfluxQl.Latest(p.Kind, MetricField.Of(p.Metric), query.Owner, fromMs)));
            await foreach (QueryPiece piece in _reader.AskAsync(text, flavour, cancellationToken))
            {
                (MetricId metric, SubjectKind kind) = page[piece.Statement];
                if (SubjectOf(piece, kind) is Subject subject)
                {
                    Take(newest, subject, metric, piece.Rows);
                }
            }
        }
    }

    /// <summary>Null when the series is not one of ours.</summary>
    private Subject? SubjectOf(QueryPiece piece, SubjectKind kind)
    {
        // A server that imitates InfluxDB must not be taken for one that has no values.
        if (piece.Name == InfluxReply.ListOfDatabases)
        {
            throw new StoreUnusableException(_advice.NoQueries());
        }

        if (!Guid.TryParse(piece.Tag(Layout.OwnerTagOf(kind)), out Guid owner))
        {
            return null;
        }

        string[] parts = [.. Layout.DeviceTagsOf(kind).Select(tag => TagText.Load(piece.Tag(tag)))];
        return new Subject(kind, owner, Layout.Device(parts));
    }

    private async ValueTask<InfluxFlavour> FlavourAsync(CancellationToken cancellationToken)
    {
        InfluxTarget? target = _writer.Target;
        if (target is null)
        {
            Prepared prepared = await _writer.PrepareAsync(cancellationToken);
            target = prepared.Target ?? throw new StoreUnusableException(prepared.Problem!);
        }

        return target.AnswersQueries ? target.Flavour : throw new StoreUnusableException(_advice.NoQueries());
    }
}
