using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Live;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class TopCommand
{
    public static Command Create(CommandBinder binder)
    {
        var host = new Option<string?>("--host") { Description = "Only this host and its VMs.", HelpName = "NAME|UUID" };
        var sort = new Option<string>("--sort") { Description = "Order of VMs. Default: cpu.", HelpName = "KEY" }.AcceptOnlyFromAmong(VmSort.Keys);
        var reverse = new Option<bool>("--reverse") { Description = "The other way round; unknown stays last." };
        var hosts = new Option<bool>("--hosts") { Description = "Hosts instead of VMs." };
        var interval = Parsed.Duration(
            new Option<TimeSpan?>("--interval") { Description = "How often (500ms to 1m). Default: 2s." }, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1));
        var limit = Parsed.Count(new Option<int?>("--limit") { Description = "Only the first N; on a terminal as many as fit. Default: all." }, 1, int.MaxValue);
        var once = new Option<bool>("--once") { Description = "One picture, then end." };
        var command = new CliCommand(
            "top",
            "Shows the busiest VMs, live. On a terminal, keys change the order (shown at its bottom) and q ends it.",
            ("virtctl top", "the busiest VMs, live"),
            ("virtctl top --host host-01 --sort memory", "one host, by memory"),
            ("virtctl top --once --limit 5", "the five busiest, once"),
            ("virtctl top --interval 10s -o json", "a picture every ten seconds, one object per line"))
        {
            host, sort, reverse, hosts, interval, limit, once,
        };
        binder.Run(command, (parse, context, cancel) =>
        {
            var request = new WatchLatestRequest
            {
                Host = parse.GetValue(host) ?? "",
                IntervalMs = (uint)(parse.GetValue(interval) ?? TimeSpan.FromSeconds(2)).TotalMilliseconds,
            };
            var view = new TopView(parse.GetValue(sort) ?? "cpu", parse.GetValue(reverse), parse.GetValue(hosts));
            return RunAsync(context, request, view, parse.GetValue(limit) ?? int.MaxValue, parse.GetValue(once), cancel);
        });
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, WatchLatestRequest request, TopView view, int limit, bool once, CancellationToken cancel)
    {
        var updates = LatestWatch.RunAsync(context, request, cancel);
        if (context.Environment.OutputIsTerminal && context.Format == OutputFormat.Table && !once)
        {
            await new TopScreen(context, view).RunAsync(updates, cancel);
            return ExitCode.Success;
        }

        var report = new TopReport(context, view, limit);
        await foreach (var update in updates)
        {
            if (update.Latest is null)
            {
                context.Notice(update.Outage + ".");
                continue;
            }

            report.Write(update.Latest);
            if (once)
            {
                break;
            }
        }

        return ExitCode.Success;
    }
}
