using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class FailureTests
{
    [Fact]
    public async Task AnyCommand_NobodyListens_SaysWhereAndHowToChange()
    {
        var port = FreePort();

        var ended = await Tool.RunAsync("hosts", "--collector", $"http://127.0.0.1:{port}");

        Assert.Equal(
            new Tool.Ended(
                3,
                "",
                $"virtctl: cannot reach the collector at http://127.0.0.1:{port} (from --collector): Connection refused. "
                + "Is virtcollector running there? Name another one with --collector URL or VIRTCTL_COLLECTOR.\n"),
            ended);
    }

    [Fact]
    public async Task AnyCommand_NoGrpcBehindThePort_SaysToCheckThePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answering = AnswerAsync(listener, enough.Token);

        var ended = await Tool.RunAsync("hosts", "--collector", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering.WaitAsync(Tool.Patience, TestContext.Current.CancellationToken));

        Assert.Equal(3, ended.Code);
        Assert.Contains("no gRPC answer", ended.Error, StringComparison.Ordinal);
        Assert.Contains("check the port (7443 unless configured) and http or https", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyCommand_ProxyWithoutCollector_IsToldAsUnreachable()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.ProxyStatus = 503;

        var ended = await collector.RunAsync("pools");

        Assert.Equal(3, ended.Code);
        Assert.StartsWith($"virtctl: cannot reach the collector at {collector.Address} ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("503", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyCommand_TlsAgainstPlainPort_SaysWhatIsWrong()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await Tool.RunAsync("hosts", "--collector", collector.Address.Replace("http://", "https://", StringComparison.Ordinal));

        Assert.Equal(3, ended.Code);
        Assert.StartsWith("virtctl: cannot reach the collector at https://127.0.0.1:", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData(StatusCode.NotFound, 4, "virtctl: the words of the collector\n")]
    [InlineData(StatusCode.InvalidArgument, 2, "virtctl: the words of the collector\n")]
    [InlineData(StatusCode.ResourceExhausted, 5, "virtctl: the words of the collector\n")]
    [InlineData(StatusCode.PermissionDenied, 5, "virtctl: the collector at ADDRESS refused: the words of the collector\n")]
    [InlineData(StatusCode.Unauthenticated, 5, "virtctl: the collector at ADDRESS refused: the words of the collector\n")]
    [InlineData(StatusCode.DeadlineExceeded, 6, "virtctl: the collector at ADDRESS (from VIRTCTL_COLLECTOR) did not answer within 10s; wait longer with --timeout.\n")]
    [InlineData(StatusCode.Unavailable, 1, "virtctl: the collector at ADDRESS cannot answer now: the words of the collector\n")]
    [InlineData(StatusCode.Internal, 1, "virtctl: the collector at ADDRESS failed: the words of the collector (Internal)\n")]
    [InlineData(StatusCode.Unimplemented, 1, "virtctl: the collector at ADDRESS does not know this request; is it older than virtctl? (the words of the collector)\n")]
    public async Task AnyCommand_CollectorRefuses_EndsWithItsCode(StatusCode status, int code, string error)
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Failure = new RpcException(new Status(status, "the words of the collector"));

        var ended = await collector.RunAsync("pools");

        Assert.Equal(new Tool.Ended(code, "", error.Replace("ADDRESS", collector.Address, StringComparison.Ordinal)), ended);
    }

    [Fact]
    public async Task AnyCommand_NoAnswer_EndsAtTheTimeout()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        using var run = collector.Start("hosts", "--timeout", "1500ms");
        await collector.Query.Hang.Task.WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
        run.Time.Advance(TimeSpan.FromMilliseconds(1500));
        var ended = await run.EndAsync();

        Assert.Equal(new Tool.Ended(6, "", $"virtctl: the collector at {collector.Address} (from VIRTCTL_COLLECTOR) did not answer within 1500ms; wait longer with --timeout.\n"), ended);
    }

    [Theory]
    [InlineData("hosts")]
    [InlineData("top")]
    public async Task AnyCommand_Interrupted_EndsAtOnce(string command)
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        using var run = collector.Start(command);
        await collector.Query.Hang.Task.WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
        run.Interrupt();

        Assert.Equal(new Tool.Ended(130, "", ""), await run.EndAsync());
    }

    [Theory]
    [InlineData("hosts --collector nowhere", "virtctl: 'nowhere' (from --collector) is not an address of a collector: write http://HOST:PORT or https://HOST:PORT.\n")]
    [InlineData("hosts --collector http://h/path", "virtctl: 'http://h/path' (from --collector) is not an address of a collector: write http://HOST:PORT or https://HOST:PORT.\n")]
    [InlineData("hosts --collector http://h:1 --ca-file x", "virtctl: --ca-file needs a collector at https://; http://h:1 has no certificate to check.\n")]
    [InlineData("hosts --timeout 5", "virtctl: --timeout: '5' is not allowed; give a duration such as 500ms, 90s, 15m, 1h30m, 2h, 7d or 1w.\nTry 'virtctl hosts --help'.\n")]
    [InlineData("hosts --timeout 2h", "virtctl: --timeout: '2h' is not allowed; give from 100ms to 1h.\nTry 'virtctl hosts --help'.\n")]
    [InlineData("vms --limit 0", "virtctl: --limit: '0' is not allowed; give a whole number, 1 or more.\nTry 'virtctl vms --help'.\n")]
    [InlineData("query m --vm a --host b --step raw", "virtctl: give --vm or --host, not both, with '--step raw'.\n")]
    [InlineData("query m --from 1h --to 2h", "virtctl: --from (2026-11-22T11:00:00.000Z) must be before --to (2026-11-22T10:00:00.000Z).\n")]
    [InlineData("query m --step raw --agg max", "virtctl: --agg needs steps; leave out '--step raw'.\n")]
    [InlineData("query m --agg p0", "virtctl: --agg: 'p0' is not allowed; give avg, sum, min, max, last, count, rate, stddev or a percentile such as p95 or p99.9.\nTry 'virtctl query --help'.\n")]
    [InlineData("events --follow --until 1h", "virtctl: --until has an end and --follow has none; give one of them.\n")]
    [InlineData("nope", "virtctl: Unrecognized command or argument 'nope'.\nTry 'virtctl --help'.\n")]
    [InlineData("hosts --output xml", "virtctl: Argument 'xml' not recognized. Must be one of: 'table', 'json', 'csv'.\nTry 'virtctl hosts --help'.\n")]
    [InlineData("vm", "virtctl: Required argument 'VM' missing for command: 'vm'.\nTry 'virtctl vm --help'.\n")]
    public async Task AnyCommand_WrongUsage_SaysWhatIsAllowed(string line, string error)
    {
        var ended = await Tool.RunAsync(line.Split(' '));

        Assert.Equal(new Tool.Ended(2, "", error), ended);
    }

    [Fact]
    public async Task AnyCommand_BadCaFile_SaysSo()
    {
        var file = Path.GetTempFileName();
        try
        {
            var empty = await Tool.RunAsync("hosts", "--collector", "https://127.0.0.1:1", "--ca-file", file);
            var missing = await Tool.RunAsync("hosts", "--collector", "https://127.0.0.1:1", "--ca-file", file + ".not");

            Assert.Equal(new Tool.Ended(2, "", $"virtctl: --ca-file: '{file}' has no certificate in PEM form.\n"), empty);
            Assert.Equal(2, missing.Code);
            Assert.StartsWith($"virtctl: --ca-file: cannot read '{file}.not': ", missing.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task AnswerAsync(TcpListener listener, CancellationToken cancel)
    {
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(cancel);
            var stream = client.GetStream();
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancel);

            // Closing with words of the client unread would reset the connection, and the answer might be lost.
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, cancel);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
