using System.CommandLine;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

/// <summary>Names for completion scripts, one on each line. Not for people: hidden from help.</summary>
internal static class NamesCommand
{
    public const string Name = "__names";

    // A pause at the Tab key is worse than a missing suggestion.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    public static Command Create(CommandBinder binder)
    {
        var what = new Argument<string>("WHAT").AcceptOnlyFromAmong("hosts", "vms", "metrics");
        var command = new Command(Name, "Prints names for shell completion.") { Hidden = true };
        command.Add(what);
        command.SetAction(async (parse, cancel) =>
        {
            try
            {
                using var context = new CommandContext(binder.Environment, binder.Common.Read(parse) with { Timeout = Patience });
                foreach (var name in (await ReadAsync(context, parse.GetRequiredValue(what), cancel)).Where(IsPlain).Distinct().Order(StringComparer.Ordinal))
                {
                    context.Output.Write(name + "\n");
                }
            }
            catch (CliFailureException)
            {
                // Without a collector there are no names, and a message would land in the middle of the line being typed.
            }

            return (int)ExitCode.Success;
        });
        return command;
    }

    private static async Task<IEnumerable<string>> ReadAsync(CommandContext context, string what, CancellationToken cancel)
    {
        var (client, query) = (context.Client, context.Client.Query);
        return what switch
        {
            "hosts" => (await client.CallAsync(options => query.ListHostsAsync(new ListHostsRequest(), options), cancel)).Hosts.Select(host => host.Name),
            "metrics" => (await client.CallAsync(options => query.ListMetricsAsync(new ListMetricsRequest(), options), cancel)).Metrics.Select(metric => metric.Name),
            _ => (await client.CallAsync(options => query.ListVmsAsync(new ListVmsRequest { PageSize = 10_000 }, options), cancel)).Vms.Select(vm => vm.Name),
        };
    }

    // Shells expand what they complete: a VM called $(reboot) is left to be typed by hand, or by its UUID.
    private static bool IsPlain(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+' or '@');
}
