using System.IO.Compression;
using System.Net.Http.Headers;

namespace VirtAgents.Storage.Influx.Http;

/// <summary>Sends lines, compressed, in as many requests as the server wants. For one caller at a time.</summary>
internal sealed class LineSender(InfluxHttp http, RestartGuard guard) : IDisposable
{
    private readonly MemoryStream _packed = new();

    /// <summary>Sends whole lines and returns the answer that decides about all of them.</summary>
    public async Task<WriteAnswer> SendAsync(InfluxTarget target, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        WriteAnswer answer = await SendOnceAsync(target, lines, cancellationToken);
        if (answer.Verdict != WriteVerdict.TooLarge)
        {
            return answer;
        }

        int middle = MiddleOf(lines.Span);
        if (middle == 0)
        {
            return answer with { Verdict = WriteVerdict.Wrong };
        }

        WriteAnswer first = await SendAsync(target, lines[..middle], cancellationToken);
        if (!first.IsAccepted)
        {
            return first;
        }

        WriteAnswer second = await SendAsync(target, lines[middle..], cancellationToken);
        return second.Verdict == WriteVerdict.Accepted ? first : second;
    }

    /// <summary>Sends what was lost when the server was started anew, if it acknowledges before lines are on its disk.</summary>
    public async Task<WriteAnswer> PrepareAsync(InfluxTarget target, CancellationToken cancellationToken) => target.AnswersQueries
        ? default
        : await guard.LookAsync(target, packed => SendPackedAsync(target, packed, cancellationToken), cancellationToken);

    public void Dispose() => _packed.Dispose();

    /// <summary>Where the line after the middle one begins; 0 = there is one line only. No line has a line break in it.</summary>
    private static int MiddleOf(ReadOnlySpan<byte> lines)
    {
        int half = lines.Length / 2;
        int middle = lines[half..].IndexOf((byte)'\n') + half + 1;
        if (middle < lines.Length)
        {
            return middle;
        }

        return lines[..(lines.Length - 1)].LastIndexOf((byte)'\n') + 1;
    }

    private async Task<WriteAnswer> SendOnceAsync(InfluxTarget target, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        _packed.SetLength(0);
        using (var gzip = new GZipStream(_packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.Span);
        }

        ReadOnlyMemory<byte> packed = _packed.GetBuffer().AsMemory(0, (int)_packed.Length);
        WriteAnswer answer = await SendPackedAsync(target, packed, cancellationToken);
        if (target.AnswersQueries)
        {
            return answer;
        }

        if (answer.IsAccepted)
        {
            guard.Keep(packed.Span);
        }
        else
        {
            guard.Doubt();
        }

        return answer;
    }

    private async Task<WriteAnswer> SendPackedAsync(InfluxTarget target, ReadOnlyMemory<byte> packed, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(packed);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        content.Headers.ContentEncoding.Add("gzip");
        return WriteAnswer.Judge(await http.AskAsync(HttpMethod.Post, target.WritePath, content, target.Flavour, cancellationToken));
    }
}
