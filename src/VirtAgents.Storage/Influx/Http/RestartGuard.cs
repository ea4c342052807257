namespace VirtAgents.Storage.Influx.Http;

/// <summary>
/// For a server that acknowledges lines before they are on its disk (VictoriaMetrics: up to ten seconds). Keeps what it
/// acknowledged lately and sends it again when the server was started anew since; what it has already is put over itself.
/// </summary>
/// <remarks>The server tells when it was started on its page of metrics. What was kept is gone when the collector ends too.</remarks>
internal sealed class RestartGuard(InfluxHttp http, TimeProvider time)
{
    private const string StartName = "\nprocess_start_time_seconds ";
    private const long MostBytes = 64L << 20;

    // Longer than the server's delay and the time until we notice together.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private readonly Queue<(long Sent, byte[] Lines)> _recent = [];
    private long _bytes;
    private long _looked;
    private bool _doubt = true;
    private string? _start;

    /// <summary>Something went wrong: look before the next lines whether the server is still the same.</summary>
    public void Doubt() => _doubt = true;

    /// <summary>Keeps compressed lines that the server acknowledged. Older ones go then only: a server that is away writes nothing to its disk.</summary>
    public void Keep(ReadOnlySpan<byte> lines)
    {
        while (_recent.TryPeek(out (long Sent, byte[] Lines) oldest) && (time.GetElapsedTime(oldest.Sent) > Kept || _bytes + lines.Length > MostBytes))
        {
            _bytes -= _recent.Dequeue().Lines.Length;
        }

        _recent.Enqueue((time.GetTimestamp(), lines.ToArray()));
        _bytes += lines.Length;
    }

    /// <summary>Sends again what a server that was started anew may have lost; an answer that is no acceptance ends it, and it begins anew the next time.</summary>
    public async Task<WriteAnswer> LookAsync(
        InfluxTarget target, Func<ReadOnlyMemory<byte>, Task<WriteAnswer>> send, CancellationToken cancellationToken)
    {
        if (!_doubt && time.GetElapsedTime(_looked) < LookEvery)
        {
            return default;
        }

        InfluxReply page = await http.AskAsync(HttpMethod.Get, "/metrics", null, target.Flavour, cancellationToken);
        if (page.Status == 0)
        {
            return WriteAnswer.Judge(page);
        }

        // A page without it is of a server that we know nothing about; it is trusted.
        string? start = StartOf(page.Text);
        if (_start is not null && start is not null && start != _start && await SendAgainAsync(send) is { IsAccepted: false } failed)
        {
            return failed;
        }

        (_start, _doubt, _looked) = (start ?? _start, false, time.GetTimestamp());
        return default;
    }

    private static string? StartOf(string page)
    {
        int at = page.IndexOf(StartName, StringComparison.Ordinal);
        return at < 0 ? null : page[(at + StartName.Length)..].Split('\n', 2)[0];
    }

    private async Task<WriteAnswer> SendAgainAsync(Func<ReadOnlyMemory<byte>, Task<WriteAnswer>> send)
    {
        for (int left = _recent.Count; left > 0; left--)
        {
            byte[] lines = _recent.Peek().Lines;
            WriteAnswer answer = await send(lines);
            if (!answer.IsAccepted)
            {
                return answer;
            }

            // They are in its memory only, again.
            _recent.Dequeue();
            _recent.Enqueue((time.GetTimestamp(), lines));
        }

        return default;
    }
}
