using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VirtAgents.Storage.Influx.Http;

namespace VirtAgents.Storage.Influx.Reading;

/// <summary>Asks InfluxQL and hands out what comes, piece by piece, so that memory does not grow with the answer.</summary>
internal sealed class InfluxReader(InfluxHttp http, InfluxOptions options)
{
    // A server that does not send pieces sends all at once; an answer beyond this is refused instead of filling memory.
    private const long LongestPiece = 256L << 20;

    /// <summary>The answers to one or more statements.</summary>
    /// <exception cref="StoreUnusableException">The server does not answer, or answers with an error.</exception>
    public async IAsyncEnumerable<QueryPiece> AskAsync(
        string query, InfluxFlavour flavour, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using FormUrlEncodedContent form = Form(query);
        using HttpResponseMessage response = await http.OpenAsync("/query", form, flavour, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw Refused(new InfluxReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken)));
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        PipeReader pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        while (await NextAsync(pipe, cancellationToken) is JsonDocument document)
        {
            using (document)
            {
                foreach (QueryPiece piece in PiecesOf(document.RootElement))
                {
                    yield return piece;
                }
            }
        }
    }

    private static IEnumerable<QueryPiece> PiecesOf(JsonElement answer)
    {
        ThrowIfError(answer);
        if (!answer.TryGetProperty("results", out JsonElement results))
        {
            yield break;
        }

        foreach (JsonElement result in results.EnumerateArray())
        {
            ThrowIfError(result);
            int statement = result.TryGetProperty("statement_id", out JsonElement number) ? number.GetInt32() : 0;
            if (!result.TryGetProperty("series", out JsonElement series))
            {
                continue;
            }

            foreach (JsonElement one in series.EnumerateArray())
            {
                string name = one.TryGetProperty("name", out JsonElement text) ? text.GetString() ?? "" : "";
                one.TryGetProperty("tags", out JsonElement tags);
                if (one.TryGetProperty("values", out JsonElement rows))
                {
                    yield return new QueryPiece(statement, name, tags, rows);
                }
            }
        }
    }

    private static void ThrowIfError(JsonElement part)
    {
        if (part.TryGetProperty("error", out JsonElement error))
        {
            throw new StoreUnusableException($"InfluxDB cannot answer a query: {error.GetString()}");
        }
    }

    private FormUrlEncodedContent Form(string query)
    {
        var fields = new Dictionary<string, string> { ["db"] = options.DatabaseName, ["epoch"] = "ms", ["chunked"] = "true", ["q"] = query };
        if (options.RetentionPolicy.Length > 0)
        {
            fields["rp"] = options.RetentionPolicy;
        }

        return new FormUrlEncodedContent(fields);
    }

    private StoreUnusableException Refused(InfluxReply reply) => new($"InfluxDB at {http.Server} cannot answer a query ({reply.Status}: {reply.Message})");

    /// <summary>The next piece, which is one line of JSON; null = the answer has ended.</summary>
    private async Task<JsonDocument?> NextAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await ReadAsync(pipe, cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            SequencePosition? end = buffer.PositionOf((byte)'\n');
            if (end is null && !read.IsCompleted)
            {
                if (buffer.Length > LongestPiece)
                {
                    throw new StoreUnusableException($"InfluxDB at {http.Server} sends more than {LongestPiece} bytes at once: ask for less");
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            ReadOnlySequence<byte> line = end is SequencePosition found ? buffer.Slice(0, found) : buffer;
            if (line.Length > 0)
            {
                JsonDocument document = Parse(line);
                pipe.AdvanceTo(end is SequencePosition at ? buffer.GetPosition(1, at) : buffer.End);
                return document;
            }

            if (end is null)
            {
                return null;
            }

            pipe.AdvanceTo(buffer.GetPosition(1, end.Value));
        }
    }

    private async Task<ReadResult> ReadAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        try
        {
            return await pipe.ReadAsync(limit.Token);
        }
        catch (Exception e) when (http.Trouble(e, cancellationToken) is string trouble)
        {
            throw new StoreUnusableException(trouble, e);
        }
    }

    // Copied: what the pipe holds is gone when it advances.
    private JsonDocument Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line.ToArray());
        }
        catch (JsonException e)
        {
            throw new StoreUnusableException($"InfluxDB at {http.Server} answered a query with something that is not JSON: check Store:Influx:Url", e);
        }
    }
}
