using System.Text.Json;
using System.Threading.Channels;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class TopCommandTests
{
    [Fact]
    public async Task Top_Once_ShowsBusiestFirst()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("top", "--once", "--limit", "2", "--interval", "5s", "--host", "host-01");

        Assert.Equal(
            """
            12:00:00  2 hosts: 1 connected, 1 lost; 3 VMs: 1 crashed, 1 running, 1 unknown
            NAME   HOST     STATE               SINCE    CPU  STEAL  MEMORY      RSS   READ      WRITE    RECEIVE   TRANSMIT
            web-1  host-01  running             1d01h  55.6%   0.3%   71.0%  1.5 GiB  0 B/s  1.0 MiB/s  121 KiB/s  2.0 KiB/s
            db-1   host-01  crashed (panicked)    42s      -      -       -        -      -          -          -          -

            """,
            ended.Output);
        var request = Assert.IsType<WatchLatestRequest>(collector.Query.Requests.Single());
        Assert.Equal((5000u, "host-01"), (request.IntervalMs, request.Host));
    }

    [Fact]
    public async Task Top_Hosts_ShowsHosts()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("top", "--once", "--hosts");

        Assert.Contains("host-02  east     lost       -           -/1      -        -       -   1h02m\n", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_Json_IsOneObjectOnEachLine()
    {
        await using var collector = await InProcessCollector.StartAsync();

        using var run = collector.Start("top", "-o", "json");
        await run.UntilAsync(text => text.Count(letter => letter == '\n') == 2);
        run.Interrupt();
        var ended = await run.EndAsync();

        var pictures = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(130, ended.Code);
        Assert.Equal(["2026-11-22T12:00:00.000Z", "2026-11-22T12:00:02.000Z"], pictures.Select(picture => picture.GetProperty("time").GetString()));
        Assert.Equal(3, pictures[1].GetProperty("vms").GetArrayLength());
    }

    [Fact]
    public async Task Top_Terminal_DrawsObeysKeysAndRestoresTheScreen()
    {
        await using var collector = await InProcessCollector.StartAsync();
        var keys = Channel.CreateUnbounded<ConsoleKey>();
        using var run = new Tool.Run(["top", "--no-color", "--timeout", "1h"], environment => environment with
        {
            Variable = name => name == "VIRTCTL_COLLECTOR" ? collector.Address : null,
            OutputIsTerminal = true,
            TerminalSize = () => (80, 8),
            ReadKey = () => keys.Reader.TryRead(out var key) ? key : null,
        });
        using var clock = FastClock.Drive(run.Time);

        await run.UntilAsync(text => text.Contains("web-1", StringComparison.Ordinal));
        keys.Writer.TryWrite(ConsoleKey.H);
        await run.UntilAsync(text => text.Contains("HYPERVISOR", StringComparison.Ordinal));
        keys.Writer.TryWrite(ConsoleKey.Q);
        var ended = await run.EndAsync();

        Assert.Equal(0, ended.Code);
        Assert.StartsWith("\u001b[?1049h\u001b[?25l\u001b[H12:00:0", ended.Output, StringComparison.Ordinal);
        Assert.EndsWith("\u001b[?25h\u001b[?1049l", ended.Output, StringComparison.Ordinal);
        Assert.Contains("q quit", ended.Output, StringComparison.Ordinal);
        var pictures = ended.Output.Split("\u001b[H")[1..];
        Assert.All(pictures, picture => Assert.InRange(picture.Split("\r\n").Length, 1, 8));
        Assert.All(pictures, picture => Assert.All(picture.Split("\r\n"), line => Assert.InRange(line.Replace("\u001b[K", "", StringComparison.Ordinal).Replace("\u001b[J", "", StringComparison.Ordinal).Split('\u001b')[0].Length, 0, 80)));
    }

    [Fact]
    public async Task Top_NobodyThere_LeavesTheScreenAlone()
    {
        using var run = new Tool.Run(["top", "--timeout", "1h", "--collector", "http://127.0.0.1:1"], environment => environment with { OutputIsTerminal = true });
        using var clock = FastClock.Drive(run.Time);

        var ended = await run.EndAsync();

        Assert.Equal((3, ""), (ended.Code, ended.Output));
    }
}
