using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Simulating;

/// <summary>Talks to a running simulation: one step of a scenario out, one line of JSON back.</summary>
internal sealed class SimulationControl(string path, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Does a step now.</summary>
    /// <exception cref="CliFailureException">It was not done.</exception>
    public async Task InjectAsync(string step, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            Judge(await AskAsync(step, either.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliFailureException(ExitCode.Timeout, $"the simulation at {path} did not answer within {Durations.Exact(timeout)}; wait longer with --timeout.");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw Unreachable(e.Message, e);
        }
    }

    private async Task<string> AskAsync(string step, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(EndPoint(), cancel);
        await using var stream = new NetworkStream(socket);

        // A line is a step: JSON has no line breaks but those between its parts.
        await stream.WriteAsync(Encoding.UTF8.GetBytes(step.ReplaceLineEndings(" ") + "\n"), cancel);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadLineAsync(cancel) ?? throw Unreachable("it closed the connection without an answer");
    }

    private UnixDomainSocketEndPoint EndPoint()
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException e)
        {
            throw new CliFailureException(ExitCode.Usage, $"SOCKET: '{SafeText.Line(path)}' cannot be the path of a Unix socket: it must have 1 to 107 bytes.", e);
        }
    }

    private void Judge(string answer)
    {
        var (result, problems) = Read(answer);
        switch (result)
        {
            case "ok":
                return;
            case "refused":
                throw new CliFailureException(ExitCode.Refused, $"the simulation refused: {problems}");
            case "invalid":
                throw new CliFailureException(ExitCode.Usage, $"STEP: {problems}");
            default:
                throw new CliFailureException(ExitCode.Failure, $"what listens at {path} does not answer like a simulation: {SafeText.Line(answer)}");
        }
    }

    private static (string? Result, string Problems) Read(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var problems = json.RootElement.GetProperty("problems").EnumerateArray().Select(problem => SafeText.Line(problem.GetString() ?? ""));
            return (json.RootElement.GetProperty("result").GetString(), string.Join("; ", problems));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (null, "");
        }
    }

    private CliFailureException Unreachable(string reason, Exception? cause = null) => new(
        ExitCode.Unreachable,
        $"cannot reach a simulation at {path}: {SafeText.Line(reason).TrimEnd('.')}. Does virtagent simulate, with Simulation:ControlSocket set to it?",
        cause);
}
