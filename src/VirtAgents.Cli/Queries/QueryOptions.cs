using System.CommandLine;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Queries;

/// <summary>The arguments and options of a question over time.</summary>
internal sealed class QueryOptions(TimeProvider clock)
{
    private readonly Argument<string[]> _metrics = new("METRIC")
    {
        Description = "Names of metrics, up to 16; 'virtctl metrics' lists them.", Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _vm = new("--vm") { Description = "Only this VM.", HelpName = "NAME|UUID" };
    private readonly Option<string?> _host = new("--host") { Description = "Only this host; of metrics of VMs the values that were sampled on it.", HelpName = "NAME|UUID" };
    private readonly Option<string?> _cluster = new("--cluster") { Description = "Only hosts of this cluster, likewise.", HelpName = "NAME" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Only VMs of this tenant.", HelpName = "NAME" };
    private readonly Option<string?> _pool = new("--pool") { Description = "Only this pool, its volumes, or the disks of VMs in it.", HelpName = "NAME" };
    private readonly Option<string?> _name = new("--name") { Description = "Only VMs, or hosts for metrics of hosts, of such a name: * stands for any characters, ? for any one.", HelpName = "GLOB" };
    private readonly Option<string?> _device = new("--device") { Description = "Only this disk (vda), interface (MAC address), pool or host device.", HelpName = "NAME" };
    private readonly Option<TimePoint?> _from = Parsed.Time(new("--from") { Description = "Begin: how long ago, or an ISO 8601 time. Default: 1h." }, clock);
    private readonly Option<TimePoint?> _to = Parsed.Time(new("--to") { Description = "End, likewise. Default: now." }, clock);
    private readonly Option<StepChoice?> _step = Parsed.Step(new("--step") { Description = "Length of a step, 'all' for one step over the whole time, or 'raw' for every stored value. Default: about sixty steps." });

    private readonly Option<AggregateChoice?> _aggregate = Parsed.Aggregate(new("--agg")
    {
        Description = "How the values of a step become one: avg, sum, min, max, last, count, rate, stddev, or a percentile such as p95 or p99.9. Default: rate for counters (…_total), else avg.",
    });

    private readonly Option<GroupBy?> _by = Parsed.Name(new("--by") { Description = "Which series are one group; VMs count for the host they were on at that time. Default: every series by itself." }, EnumNames.Groups);

    private readonly Option<AcrossChoice?> _across = Parsed.Across(new("--across")
    {
        Description = "How the series of a group become one: sum, avg, min, max, count or a percentile of the values they have for a step; or values: all their stored values together. Default: values.",
    });

    private readonly Option<int?> _top = Parsed.Count(new("--top") { Description = "Only the N with the greatest mean." }, 1, 10_000);
    private readonly Option<int?> _bottom = Parsed.Count(new("--bottom") { Description = "Only the N with the smallest mean." }, 1, 10_000);
    private readonly Option<Fill?> _fill = Parsed.Name(new("--fill") { Description = "What steps without a value show: nothing, null, or the value before for at most 5 minutes or one step. Default: none." }, EnumNames.Fills);
    private readonly Option<bool> _exact = new("--exact") { Description = "Out of samples only, with exact percentiles." };
    private readonly Option<bool> _explain = new("--explain") { Description = "Tell what the answer was made of." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_metrics);
        Option[] options =
        [
            _vm, _host, _cluster, _tenant, _pool, _name, _device, _from, _to, _step, _aggregate, _by, _across, _top, _bottom, _fill, _exact, _explain,
        ];
        Array.ForEach(options, command.Options.Add);
    }

    public MetricQuery Read(ParseResult parse, DateTimeOffset now) => new()
    {
        Metrics = [.. parse.GetRequiredValue(_metrics).Distinct(StringComparer.Ordinal)],
        Vm = parse.GetValue(_vm) ?? "",
        Host = parse.GetValue(_host) ?? "",
        Cluster = parse.GetValue(_cluster) ?? "",
        Tenant = parse.GetValue(_tenant) ?? "",
        Pool = parse.GetValue(_pool) ?? "",
        Name = parse.GetValue(_name) ?? "",
        Device = parse.GetValue(_device) ?? "",
        From = parse.GetValue(_from) ?? new TimePoint(TimeSpan.FromHours(1), null),
        To = parse.GetValue(_to),
        Now = now,
        GivenStep = parse.GetValue(_step),
        Aggregate = parse.GetValue(_aggregate),
        By = parse.GetValue(_by) ?? GroupBy.Unspecified,
        Across = parse.GetValue(_across) ?? AcrossChoice.Values,
        Top = parse.GetValue(_top) ?? 0,
        Bottom = parse.GetValue(_bottom) ?? 0,
        Fill = parse.GetValue(_fill) ?? Fill.Unspecified,
        IsExact = parse.GetValue(_exact),
        Explains = parse.GetValue(_explain),
    };
}
