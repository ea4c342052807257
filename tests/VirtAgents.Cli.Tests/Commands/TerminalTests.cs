using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class TerminalTests
{
    [Fact]
    public async Task Vms_Terminal_DrawsABoxThatFits()
    {
        var ended = await RunAsync(["vms", "--no-color"], 100);

        Assert.Equal(
            """
            ╭──────────────────────┬─────────┬──────────────────────┬───────┬────────┬───────────┬───────────╮
            │ NAME                 │ HOST    │ STATE                │   CPU │ MEMORY │   RECEIVE │  TRANSMIT │
            ├──────────────────────┼─────────┼──────────────────────┼───────┼────────┼───────────┼───────────┤
            │ db-1                 │ host-01 │ crashed (panicked)   │     - │      - │         - │         - │
            │ odd "name", ünï�[31m │ host-02 │ unknown (agent-lost) │     - │      - │         - │         - │
            │ web-1                │ host-01 │ running              │ 55.6% │  71.0% │ 121 KiB/s │ 2.0 KiB/s │
            ╰──────────────────────┴─────────┴──────────────────────┴───────┴────────┴───────────┴───────────╯

            """,
            ended.Output);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(120)]
    [InlineData(80)]
    [InlineData(70)]
    public async Task Vms_Terminal_IsNeverWiderThanTheWindow(int width)
    {
        var ended = await RunAsync(["vms", "--no-color"], width);

        Assert.All(ended.Output.Split('\n'), line => Assert.InRange(line.Length, 0, width));
        Assert.Contains("unknown (agent-lost)", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vms_Terminal_PaintsStates()
    {
        var ended = await RunAsync(["vms"], 200);

        Assert.Contains("\u001b[91mcrashed (panicked)\u001b[0m", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\u001b[32mrunning\u001b[0m", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public async Task Vms_ColoursNotWanted_HasNone(string variable, string value)
    {
        var ended = await RunAsync(["vms"], 200, variable, value);

        Assert.DoesNotContain('\u001b', ended.Output);
    }

    private static async Task<Tool.Ended> RunAsync(string[] arguments, int width, string variable = "", string value = "")
    {
        await using var collector = await InProcessCollector.StartAsync();
        using var run = new Tool.Run(arguments, environment => environment with
        {
            Variable = name => name == "VIRTCTL_COLLECTOR" ? collector.Address : name == variable ? value : null,
            OutputIsTerminal = true,
            TerminalSize = () => (width, 24),
        });
        return await run.EndAsync();
    }
}
