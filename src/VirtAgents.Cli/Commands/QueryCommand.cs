using System.CommandLine;
using VirtAgents.Cli.Queries;

namespace VirtAgents.Cli.Commands;

internal static class QueryCommand
{
    public static Command Create(CommandBinder binder)
    {
        var options = new QueryOptions(binder.Environment.Time);
        var command = new CliCommand(
            "query",
            "Shows values over time: a line with a small graph for each series or group, or every point as json or csv.",
            ("virtctl query vm_cpu_percent --vm web-1", "the last hour of one VM"),
            ("virtctl query vm_cpu_percent --from 1d --step all --agg p95 --top 10", "the ten VMs with the highest 95th percentile of a day"),
            ("virtctl query vm_cpu_cores --by host --across sum", "sum of the VMs' average CPU on each host"),
            ("virtctl query vm_memory_rss_bytes --by tenant --across sum --from 7d --step 1d -o csv", "memory of each tenant by day, for a spreadsheet"),
            ("virtctl query vm_disk_read_latency_ms vm_disk_write_latency_ms --pool ceph --name 'db-*' --agg max", "two metrics of some disks"),
            ("virtctl query host_cpu_percent --from 7d --agg p95 --explain", "a week of every host, and what it was told from"),
            ("virtctl query vm_disk_write_bytes_total --vm db-1 --device vda --from 15m --step 30s", "bytes per second written to one disk"),
            ("virtctl query vm_memory_rss_bytes --from 2026-11-22T08:00 --to 2026-11-22T12:00 --fill null -o json", "one morning, with null for steps without a value"))
        {
            Remarks =
            [
                "In tables a dash is a missing value, (unknown) the group of what cannot be told, and (none) that of VMs without a tenant.",
                "csv has a line for each point: time, host, vm, vm_id, device, metric, unit, value (empty where there is none), host_id, cluster, tenant, pool, unknown_group.",
                "json is one object: metric, unit, aggregate (null when several metrics are asked for); from, to, step_seconds (null with --step raw); metrics (metric, unit, aggregate of each); "
                + "series (metric, host, host_id, vm, vm_id, device, cluster, tenant, pool, unknown_group, points with time and value, which is null where there is none); and with --explain explain "
                + "(samples, minute_rollups, hour_rollups, percentile_relative_error, series_matched, series_answered, series_left_out, points). With csv, --explain is told on standard error.",
            ],
        };
        options.AddTo(command);
        binder.Run(command, (parse, context, cancel) => RunAsync(context, options.Read(parse, context.Now), cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, MetricQuery query, CancellationToken cancel)
    {
        if (query.Problem() is { } problem)
        {
            throw new CliFailureException(ExitCode.Usage, problem);
        }

        var answer = await MetricAnswer.ReadAsync(context, query, cancel);
        var data = new MetricData(context, query, answer);
        context.Write(_ => data.WriteJson(), _ => data.WriteCsv(), _ => new MetricOutput(context, query, answer).Write());
        return ExitCode.Success;
    }
}
