using System.CommandLine;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class MetricsCommand
{
    private static readonly Column<MetricDescription>[] Listing =
    [
        Columns.Text<MetricDescription>("name", "NAME", metric => metric.Name),
        Columns.Text<MetricDescription>("subject", "SUBJECT", metric => metric.Subject, rank: 1),
        Columns.Text<MetricDescription>("shape", "SHAPE", metric => metric.Shape, rank: 2),
        Columns.Text<MetricDescription>("unit", "UNIT", metric => metric.Unit),
        Columns.Text<MetricDescription>("source", "SOURCE", metric => metric.Source, rank: 3),
    ];

    public static Command Create(CommandBinder binder)
    {
        var name = new Argument<string?>("TEXT") { Description = "Only metrics with this in their name.", Arity = ArgumentArity.ZeroOrOne };
        var subject = new Option<string?>("--subject") { Description = "Only metrics of this kind of subject, such as vm or host.", HelpName = "KIND" };
        var command = new CliCommand(
            "metrics",
            "Lists what can be queried.",
            ("virtctl metrics", "every metric"),
            ("virtctl metrics cpu --subject vm", "what there is about the CPU of a VM"))
        {
            name, subject,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var answer = await context.Client.CallAsync(options => context.Client.Query.ListMetricsAsync(new ListMetricsRequest(), options), cancel);
            var metrics = answer.Metrics
                .Where(metric => metric.Name.Contains(parse.GetValue(name) ?? "", StringComparison.OrdinalIgnoreCase))
                .Where(metric => parse.GetValue(subject) is not { } kind || string.Equals(metric.Subject, kind, StringComparison.OrdinalIgnoreCase));
            context.WriteList(Listing, [.. metrics], "no metric matches; 'virtctl metrics' lists all.");
            return ExitCode.Success;
        });
        return command;
    }
}
