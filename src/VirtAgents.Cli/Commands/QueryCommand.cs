using System.CommandLine;
using VirtAgents.Cli.Queries;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Commands;

internal static class QueryCommand
{
    public static Command Create(CommandBinder binder)
    {
        var metric = new Argument<string>("METRIC") { Description = "Name of the metric; 'virtctl metrics' lists them." };
        var vm = new Option<string?>("--vm") { Description = "Only this VM.", HelpName = "NAME|UUID" };
        var host = new Option<string?>("--host") { Description = "Only this host.", HelpName = "NAME|UUID" };
        var device = new Option<string?>("--device") { Description = "Only this disk (vda), interface (MAC address), pool or host device.", HelpName = "NAME" };
        var from = Parsed.Time(new Option<TimePoint?>("--from") { Description = "Begin: how long ago, or an ISO 8601 time. Default: 1h." }, binder.Environment.Time);
        var to = Parsed.Time(new Option<TimePoint?>("--to") { Description = "End, likewise. Default: now." }, binder.Environment.Time);
        var step = Parsed.Step(new Option<StepChoice?>("--step") { Description = "Length of a step, or 'raw' for every stored value. Default: about sixty steps." });
        var aggregate = Parsed.Aggregate(new Option<AggregateChoice?>("--agg")
        {
            Description = "How the values of a step become one: avg, sum, min, max, last, count, rate, or a percentile such as p95 or p99.9. Default: rate for counters (…_total), else avg.",
        });
        var command = new CliCommand(
            "query",
            "Shows values over time: a line with a small graph for each series, or every point as json or csv.",
            ("virtctl query vm_cpu_percent --vm web-1", "the last hour of one VM"),
            ("virtctl query host_cpu_percent --from 7d --agg p95", "a week of every host, 95th percentile"),
            ("virtctl query vm_disk_write_bytes_total --vm db-1 --device vda --from 15m --step 30s", "bytes per second written to one disk"),
            ("virtctl query vm_memory_rss_bytes --from 2026-11-22T08:00 --to 2026-11-22T12:00 -o csv", "one morning, for a spreadsheet"))
        {
            metric, vm, host, device, from, to, step, aggregate,
        };
        binder.Run(command, (parse, context, cancel) => RunAsync(
            context,
            new RangeQuery
            {
                Metric = parse.GetRequiredValue(metric),
                Vm = parse.GetValue(vm) ?? "",
                Host = parse.GetValue(host) ?? "",
                Device = parse.GetValue(device) ?? "",
                From = parse.GetValue(from) ?? new TimePoint(TimeSpan.FromHours(1), null),
                To = parse.GetValue(to),
                Now = context.Now,
                GivenStep = parse.GetValue(step),
                GivenAggregate = parse.GetValue(aggregate),
            },
            cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, RangeQuery query, CancellationToken cancel)
    {
        if (query.Problem() is { } problem)
        {
            throw new CliFailureException(ExitCode.Usage, problem);
        }

        var answer = await context.Client.CallAsync(options => context.Client.Query.QueryRangeAsync(query.ToRequest(), options), cancel);
        new RangeOutput(context, query).Write(answer);
        return ExitCode.Success;
    }
}
