using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Agent.Hosting;

/// <summary>One connection to the control socket: a step on each line, an answer to each.</summary>
/// <param name="client">The other end; closed when serving ends.</param>
/// <param name="inject">Carries a step out.</param>
/// <param name="time">Clock.</param>
/// <param name="injected">Told of every step that could be read.</param>
internal sealed class ControlConnection(Socket client, Func<string, Injection> inject, TimeProvider time, Action<string, InjectionVerdict> injected)
{
    /// <summary>Longest step, in bytes of UTF-8 without the end of the line.</summary>
    public const int LongestLine = 4096;

    /// <summary>A connection that says nothing, or does not read its answer, for so long is closed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[LongestLine + 1];
    private int _length;

    /// <summary>Serves until the other end closes.</summary>
    public Task ServeAsync(CancellationToken stop) => RunAsync(ExchangeAsync, stop);

    /// <summary>Says that there are too many connections, and closes.</summary>
    public Task TurnAwayAsync(CancellationToken stop) => RunAsync(
        async (stream, cancel) =>
        {
            await AnswerAsync(stream, "refused", [$"{ControlSocket.MostConnections} connections are open already"], cancel);
            return false;
        },
        stop);

    private async Task RunAsync(Func<NetworkStream, CancellationToken, Task<bool>> exchange, CancellationToken stop)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            bool goesOn = true;
            while (goesOn)
            {
                using var limit = new CancellationTokenSource(Patience, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
                goesOn = await exchange(stream, either.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The other end is gone or too slow, or the agent stops: there is nobody to tell.
        }
    }

    private async Task<bool> ExchangeAsync(NetworkStream stream, CancellationToken cancel)
    {
        string? step = await ReadLineAsync(stream, cancel);
        if (step is null)
        {
            return false;
        }

        Injection injection = inject(step);
        if (injection.Verdict != InjectionVerdict.Invalid)
        {
            injected(step.Trim(), injection.Verdict);
        }

        await AnswerAsync(stream, WordOf(injection.Verdict), injection.Problems, cancel);
        return true;
    }

    /// <summary>The next line; null at the end, also when that is the end of this side's patience with a line too long.</summary>
    private async ValueTask<string?> ReadLineAsync(NetworkStream stream, CancellationToken cancel)
    {
        while (true)
        {
            int end = _buffer.AsSpan(0, _length).IndexOf((byte)'\n');
            if (end >= 0)
            {
                string line = Encoding.UTF8.GetString(_buffer, 0, end);
                _length -= end + 1;
                _buffer.AsSpan(end + 1, _length).CopyTo(_buffer);
                return line;
            }

            if (_length == _buffer.Length)
            {
                await AnswerAsync(stream, "invalid", [$"the line is longer than {LongestLine} bytes"], cancel);
                return null;
            }

            int read = await stream.ReadAsync(_buffer.AsMemory(_length), cancel);
            if (read == 0)
            {
                return null;
            }

            _length += read;
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, string result, IReadOnlyList<string> problems, CancellationToken cancel)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        await using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("result", result);
            json.WriteStartArray("problems");
            foreach (string problem in problems)
            {
                json.WriteStringValue(problem);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        bytes.Write("\n"u8);
        await stream.WriteAsync(bytes.WrittenMemory, cancel);
    }

    private static string WordOf(InjectionVerdict verdict) => verdict switch
    {
        InjectionVerdict.Done => "ok",
        InjectionVerdict.Refused => "refused",
        _ => "invalid",
    };
}
